import Kernels

// A batch norm between two layers costs no pass over memory of its own: the layer in front sums
// up the moments of what it writes, block by block; the layer behind normalises what it reads.
// On the way back the layer behind takes each block of the gradient through the activation and
// sums up what the batch norm needs, and the layer in front does the rest as it reads.
//
//     convolution ──► stored values ─(normalised, activated as they are read)─► convolution
//            moments ╯
//     convolution ◄─(corrected as it is read)─ stored gradient ◄── convolution
//                                                     sums ╯

/// Where a layer writes the moments of what it has written, a pair of rows for each block.
struct BlockMoments {
  let channels: Int
  /// `[blocks, 2, channels]`: means, and sums of squared distances from them.
  let partials: Output
  let kernels: NormalizationKernels

  /// - Parameter y: the block's first row.
  func write(_ block: Int, rows: Int, of y: Input) {
    let mean = partials + block * 2 * channels
    kernels.moments(rows, channels, y, mean, mean + channels)
  }
}

/// How the gradient of a deferred value is taken through its activation, block by block.
struct BlockReduction {
  let channels: Int
  /// The batch norm's input.
  let x: Input
  let transform: ChannelTransform
  let mean: Input
  let inverseDeviation: Input
  /// `[blocks, 2, channels]`: sums of the gradient, and of its products with the normalised
  /// input.
  let sums: Output
  let kernels: NormalizationKernels

  /// Replaces the block's gradient by that in front of the activation.
  func reduce(_ block: Int, rows: Range<Int>, of gradient: Output) {
    reduce(block, rows: rows, of: gradient, into: gradient)
  }

  /// Leaves the gradient in front of the activation elsewhere; nil where there is no activation.
  func reduce(_ block: Int, rows: Range<Int>, of gradient: Input, into result: Output?) {
    let start = rows.lowerBound * channels
    kernels.gradientSums(
      call(
        block, rows, transform, of: gradient + start, into: result.map { $0 + start }))
  }

  /// Only sums up a gradient that is already that in front of the activation.
  func sumUp(_ block: Int, rows: Range<Int>, of gradient: Input) {
    kernels.gradientSums(
      call(block, rows, normalization, of: gradient + rows.lowerBound * channels, into: nil))
  }

  /// Takes a gated gradient of some rows of one image to the front of the activation.
  ///
  /// - Parameters:
  ///   - rows: which lie in the block.
  ///   - gradient: of the gated value's rows.
  ///   - gate: `[channels]`
  ///   - addend: likewise, the gradient that reaches every row beside the gate.
  ///   - slopes: of the activation, of these rows; receives the result.
  ///   - accumulates: adds to the block's sums, for all of its rows but those taken first.
  func reduce(
    _ block: Int, rows: Range<Int>, of gradient: Input, gate: Input, addend: Input,
    slopes: Output, accumulates: Bool
  ) {
    var call = call(block, rows, normalization, of: gradient, into: slopes)
    call.gate = gate
    call.addend = addend
    call.slopes = Input(slopes)
    call.accumulates = accumulates
    kernels.gradientSums(call)
  }

  /// The transform without its activation.
  private var normalization: ChannelTransform {
    ChannelTransform(scale: transform.scale, shift: transform.shift)
  }

  private func call(
    _ block: Int, _ rows: Range<Int>, _ transform: ChannelTransform, of gradient: Input,
    into result: Output?
  ) -> NormalizationGradientSums {
    let sum = sums + block * 2 * channels
    return NormalizationGradientSums(
      rows: rows.count, channels: channels, x: x + rows.lowerBound * channels,
      transform: transform, mean: mean, inverseDeviation: inverseDeviation,
      outputGradient: gradient, gradient: result, gradientSum: sum, productSum: sum + channels)
  }
}

extension NormalizationKernels {
  /// Rows of a value with all that is still to be done to it, ready to be read: in `scratch`, or
  /// where they are stored if there is nothing to do.
  func rows(
    _ rows: Range<Int>, channels: Int, of values: Input, _ transform: ChannelTransform?,
    scratch: Output
  ) -> Input {
    let start = rows.lowerBound * channels
    guard let transform else { return values + start }
    apply(rows.count, channels, values + start, transform, nil, scratch)
    return Input(scratch)
  }

  /// Rows of an output's gradient, likewise.
  func rows(
    _ rows: Range<Int>, channels: Int, ofGradient gradient: Input,
    _ correction: GradientCorrection?, scratch: Output
  ) -> Input {
    let start = rows.lowerBound * channels
    guard var correction else { return gradient + start }
    correction.values += start
    correct(rows.count, channels, gradient + start, correction, scratch)
    return Input(scratch)
  }
}
