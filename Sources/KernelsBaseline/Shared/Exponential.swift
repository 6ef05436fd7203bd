import KernelInterface

/// `e^x` to a relative error of 2e-7, for x from -87 to 88; outside, the value at the nearer
/// end. A NaN stays one.
///
/// `x = n · ln 2 + r` with |r| ≤ ln 2 / 2; `e^r` is a polynomial of degree 6 (Cephes `expf`) and
/// `2^n` is put together from its exponent's bits.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
  let x = clamp(x, Vector(repeating: -87), Vector(repeating: 88))
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the lowest bits.
  let rounder = Vector(repeating: 12_582_912)
  let shifted = multiplyAdd(x, Vector(repeating: 1.442_695_04), rounder)
  let n = shifted - rounder
  var r = multiplyAdd(n, Vector(repeating: -0.693_359_375), x)
  r = multiplyAdd(n, Vector(repeating: 2.121_944_4e-4), r)
  var p = Vector(repeating: 1.987_569_15e-4)
  p = multiplyAdd(p, r, Vector(repeating: 1.398_199_95e-3))
  p = multiplyAdd(p, r, Vector(repeating: 8.333_451_9e-3))
  p = multiplyAdd(p, r, Vector(repeating: 4.166_579_6e-2))
  p = multiplyAdd(p, r, Vector(repeating: 1.666_666_55e-1))
  p = multiplyAdd(p, r, Vector(repeating: 0.5))
  p = multiplyAdd(p * r, r, r) + Vector(repeating: 1)
  typealias Bits = Vector.MaskStorage
  // A shift by 23, as an operation that vectors have.
  let exponent = unsafeBitCast(shifted, to: Bits.self) &* Bits(repeating: 1 << 23)
  return p * unsafeBitCast(exponent &+ Bits(repeating: 0x3f80_0000), to: Vector.self)
}

/// `1 / (1 + e^-x)` to a relative error of 3e-7 above -87; below, 1.6e-38.
@inline(__always)
func sigmoid(_ x: Vector) -> Vector {
  let one = Vector(repeating: 1)
  return one / (one + exponential(Vector.zero - x))
}
