// Every row of a depthwise kernel asks for these, and a division costs as much as dozens of
// multiply-adds.
// Strides and dilations are hardly ever more than 2.

/// `a / b`, for `a` that is not negative or a multiple of `b`.
@inline(__always)
func quotient(_ a: Int, _ b: Int) -> Int { b == 1 ? a : b == 2 ? a >> 1 : a / b }

@inline(__always)
func isMultiple(_ a: Int, of b: Int) -> Bool { b == 1 || (b == 2 ? a & 1 == 0 : a % b == 0) }

@inline(__always)
func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  if a == 1 || b == 1 { return 1 }
  var a = a
  var b = b
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

/// The taps t of `0..<taps` with `first + t * step` in `0..<size`.
@inline(__always)
func tapsInside(_ first: Int, step: Int, taps: Int, size: Int) -> Range<Int> {
  let lower = first >= 0 ? 0 : quotient(-first + step - 1, step)
  let upper = first >= size ? 0 : quotient(size - 1 - first, step) + 1
  let end = min(upper, taps)
  return min(lower, end)..<end
}
