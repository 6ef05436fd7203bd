import KernelInterface

extension AxisPhase {
  /// Output x reads input `x * stride - pad + j * dilation`.
  @inline(__always)
  static func forward(
    stride: Int, dilation: Int, pad: Int, taps: Int, outputs: Int
  ) -> AxisPhase {
    AxisPhase(
      results: outputs, firstSource: -pad, sourceStep: stride, tapStep: dilation, taps: taps,
      firstWeight: 0, weightStep: 1)
  }

  /// Input u got tap j from output `(u + pad - j * dilation) / stride` where that is whole. A
  /// phase holds every `stride`-th input; its taps count down, so that the sources count up.
  @inline(__always)
  static func inputGradient(
    phase: Int, stride: Int, dilation: Int, pad: Int, taps: Int, inputs: Int
  ) -> AxisPhase {
    let common = greatestCommonDivisor(stride, dilation)
    let step = quotient(stride, common)
    let place = phase + pad
    var first = 0
    while first < step && !isMultiple(place - first * dilation, of: stride) { first += 1 }
    let reaches = first < step && first < taps
    let count = reaches ? quotient(taps - 1 - first, step) + 1 : 0
    let last = first + (count - 1) * step
    return AxisPhase(
      results: quotient(max(inputs - phase, 0) + stride - 1, stride),
      firstSource: reaches ? quotient(place - last * dilation, stride) : 0, sourceStep: 1,
      tapStep: quotient(dilation, common), taps: count, firstWeight: reaches ? last : 0,
      weightStep: -step)
  }
}

// Rows ask for these again and again, and a division costs as much as dozens of multiply-adds.
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
