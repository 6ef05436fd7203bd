extension RandomStream {
  /// Uniform in `0 ..< bound`, unbiased (Lemire 2019). `bound` must be positive.
  @inlinable
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "a draw needs a positive bound")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold {
        product = next().multipliedFullWidth(by: range)
      }
    }
    return Int(product.high)
  }

  /// Uniform in [0, 1), a multiple of 2⁻²⁴.
  @inlinable
  package mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  package mutating func uniformDouble() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// True with the given probability; one draw even where it is 0 or 1.
  package mutating func chance(_ probability: Double) -> Bool {
    uniformDouble() < probability
  }

  /// Standard normal (Box & Muller 1958), one draw of `next()` each, within ±6.8.
  package mutating func normal() -> Float {
    let bits = next()
    // The radius' uniform lies in (0, 1): its logarithm is finite.
    let radial = (Double(bits >> 32) + 0.5) * 0x1p-32
    let angular = Double(bits & 0xFFFF_FFFF) * 0x1p-32
    return Float((-2 * portableLog(radial)).squareRoot() * portableCosine(turns: angular))
  }
}

/// Natural logarithm of a positive normal number, to about 1e-15 of its value or absolutely,
/// in exactly rounded operations only.
func portableLog(_ x: Double) -> Double {
  var mantissa = x.significand
  var exponent = Double(x.exponent)
  if mantissa > 1.4142135623730951 {
    mantissa *= 0.5
    exponent += 1
  }
  // log m = 2 artanh((m - 1) / (m + 1)), |argument| < 0.172.
  let s = (mantissa - 1) / (mantissa + 1)
  let square = s * s
  var sum = 0.0
  for denominator in stride(from: 21.0, through: 1.0, by: -2.0) {
    sum = sum * square + 1 / denominator
  }
  return exponent * 0.6931471805599453 + 2 * s * sum
}

/// Cosine of `turns` full turns, 0 ≤ turns < 1, to about 1e-15, in exactly rounded operations.
func portableCosine(turns: Double) -> Double {
  // The quarter turn that the angle is nearest to leaves at most an eighth of a turn.
  let quarter = (turns * 4).rounded()
  let angle = (turns - quarter * 0.25) * 6.283185307179586
  let square = angle * angle
  let cosine = taylor(square, from: 0, through: 18)
  let sine = angle * taylor(square, from: 1, through: 19)
  switch Int(quarter) & 3 {
  case 0: return cosine
  case 1: return -sine
  case 2: return -cosine
  default: return sine
  }
}

/// 1 - x/((f+1)(f+2)) (1 - x/((f+3)(f+4)) (…)): the alternating series of cosine (first = 0)
/// and of sine without its leading factor (first = 1).
private func taylor(_ square: Double, from first: Int, through last: Int) -> Double {
  var sum = 1.0
  for order in stride(from: last, to: first, by: -2) {
    sum = 1 - square * sum / Double(order * (order - 1))
  }
  return sum
}
