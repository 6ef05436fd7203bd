extension RandomStream {
  /// A draw of the symmetric beta distribution, in 0 … 1 with mean ½: near ½ for a large
  /// `shape`, near 0 or 1 for a small one, uniform for 1.
  ///
  /// The share of the first of two gamma draws (Marsaglia & Tsang 2000) in their sum, from
  /// logarithms, so that a small shape underflows to 0 or 1 and never to 0 / 0. Stable to the
  /// bit like all draws; it takes a varying number of `next()`.
  package mutating func symmetricBeta(_ shape: Double) -> Double {
    precondition(shape > 0 && shape.isFinite, "a beta draw needs a positive shape")
    let first = logarithmOfGamma(shape)
    let second = logarithmOfGamma(shape)
    return 1 / (1 + portableExp(second - first))
  }

  /// The logarithm of a draw of the gamma distribution with this shape and scale 1.
  private mutating func logarithmOfGamma(_ shape: Double) -> Double {
    if shape < 1 {
      let larger = logarithmOfGamma(shape + 1)
      return larger + portableLog(positiveUniform()) / shape
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(normal())
      let root = 1 + c * x
      let u = positiveUniform()
      guard root > 0 else { continue }
      let v = root * root * root
      let logarithm = portableLog(v)
      if portableLog(u) < 0.5 * x * x + d - d * v + d * logarithm {
        return portableLog(d) + logarithm
      }
    }
  }

  /// In (0, 1): its logarithm is finite.
  private mutating func positiveUniform() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }
}

/// e to the power of x, to about 1e-15 of its value, in exactly rounded operations only; 0 and
/// infinity beyond what a normal number can hold.
func portableExp(_ x: Double) -> Double {
  if x > 709 { return .infinity }
  if x < -708 { return 0 }
  // The logarithm of 2 in two parts, of which the first has zeros at its end: the product with a
  // small whole number is exact.
  let power = (x * 1.4426950408889634).rounded()
  let rest = (x - power * 0.693147180369123816490) - power * 1.90821492927058770002e-10
  var sum = 1.0
  for order in stride(from: 14.0, through: 1.0, by: -1.0) { sum = 1 + rest / order * sum }
  return Double(sign: .plus, exponent: Int(power), significand: sum)
}
