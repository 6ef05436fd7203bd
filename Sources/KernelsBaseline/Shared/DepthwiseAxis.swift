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
