import KernelInterface

// The only transcendental function of the kernels, where an instruction set has no table of it.

/// Where the logistic function is 0 or 1 to every digit that a sum with ordinary numbers keeps.
@inline(__always) private var sigmoidLimit: Float { 87 }

/// `x`, no less than where the logistic function ends on the left; a NaN stays one.
@inline(__always)
func sigmoidFloor(_ x: Vector) -> Vector { atLeast(-sigmoidLimit, x) }

/// `x` within the range of `sigmoidWithin`; a NaN stays one.
@inline(__always)
func sigmoidRange(_ x: Vector) -> Vector { atMost(sigmoidLimit, sigmoidFloor(x)) }

/// `1 / (1 + e^-x)` to a relative error of 5e-7, for x from -87 to 87. A NaN stays one.
@inline(__always)
func sigmoidWithin(_ x: Vector) -> Vector { Vector(repeating: 1) / sigmoidDivisor(x) }

/// `1 + e^-x`, what the logistic function divides by, for x from -87 to 87.
///
/// `-x = n · ln 2 - r` with |r| ≤ ln 2 / 2; `e^-r` is a polynomial of degree 5 with a relative
/// error of 1.1e-7 (minimax), and `2^n` is put together from its exponent's bits.
@inline(__always)
func sigmoidDivisor(_ x: Vector) -> Vector {
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the lowest bits. With 127 on
  // top it is the exponent of 2^n.
  let rounder = Vector(repeating: 12_582_912 + 127)
  let shifted = multiplyAdd(x, Vector(repeating: -1.442_695_04), rounder)
  let n = shifted - rounder
  let r: Vector
  if fusesMultiplyAdds {
    // Off by n · 2e-9, where |n| ≤ 126.
    r = multiplyAdd(n, Vector(repeating: 0.693_147_18), x)
  } else {
    // Of two parts, of which the first has so few digits that its product is exact.
    let coarse = multiplyAdd(n, Vector(repeating: 0.693_359_375), x)
    r = multiplyAdd(n, Vector(repeating: -2.121_944_4e-4), coarse)
  }
  // In pairs of terms: a chain of all of them would be what a loop waits for.
  let square = r * r
  let first = multiplyAdd(r, Vector(repeating: -1), Vector(repeating: 1))
  let second = multiplyAdd(
    r, Vector(repeating: -1.666_711_57e-1), Vector(repeating: 4.999_923_11e-1))
  let third = multiplyAdd(r, Vector(repeating: -8.312_502e-3), Vector(repeating: 4.189_033_1e-2))
  let p = multiplyAdd(multiplyAdd(third, square, second), square, first)
  typealias Bits = Vector.MaskStorage
  // A shift by 23, as an operation that vectors have.
  let power = unsafeBitCast(shifted, to: Bits.self) &* Bits(repeating: 1 << 23)
  return multiplyAdd(p, unsafeBitCast(power, to: Vector.self), Vector(repeating: 1))
}
