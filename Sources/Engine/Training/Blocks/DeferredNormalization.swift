import Kernels

// A batch norm between two layers costs no pass over memory of its own: the layer in front sums
// up the moments of what it writes, block by block; the layer behind normalises what it reads.
// On the way back the layer behind takes each block of the gradient through the activation and
// sums up what the batch norm needs, and the layer in front does the rest as it reads.
//
//     convolution ──► stored values ─(normalised, activated, gated as they are read)─► convolution
//            moments ╯
//     convolution ◄─(corrected as it is read)─ stored gradient ◄── convolution
//                                                     sums ╯

/// What readers of a stored value have to do to it.
struct DeferredTransform {
  /// Without gate.
  var channels: ChannelTransform
  /// Factors behind it, `[images, channels]`; nil for 1.
  var gates: Input?
  /// Where the gate's reader leaves what the factors' gradient is made of; nil if that is not
  /// asked of it.
  var gateProducts: GateProducts?
}

/// Sums of a gated value's products with its gradient, for each image: the gradient of the
/// factors, times the factors. Whoever goes backward through the gated value has both at hand.
///
/// Blocks of rows need not end where images do. The part of an image that lies in a block has
/// the place block + image, which no other part has.
struct GateProducts {
  let channels: Int
  /// The factors.
  let gates: Input
  let blocks: RowBlocks
  /// `[blocks + images, channels]`
  let sums: Output
  let kernels: ElementwiseKernels

  /// - Parameters:
  ///   - values: the block's gated values, from its first row on.
  ///   - gradient: of the whole value.
  func write(_ block: Int, rows: Range<Int>, values: Input, gradient: Input) {
    blocks.forEachImage(rows) { part, image in
      kernels.rowProducts(
        part.count, channels, values + (part.lowerBound - rows.lowerBound) * channels,
        gradient + part.lowerBound * channels, sums + (block + image) * channels)
    }
  }

  /// Writes the gradient of an image's factors. None of them may be zero.
  func factorGradient(_ image: Int, into gradient: Output) {
    let rows = image * blocks.rowsPerImage..<(image + 1) * blocks.rowsPerImage
    let first = rows.lowerBound / blocks.rowsPerBlock
    let last = (rows.upperBound - 1) / blocks.rowsPerBlock
    kernels.columnSums(
      last - first + 1, channels, sums + (first + image) * channels, channels, 1, false, gradient)
    let factors = gates + image * channels
    for channel in 0..<channels { gradient[channel] /= factors[channel] }
  }
}

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
    sumUp(block, rows, of: gradient, transform, into: gradient)
  }

  /// Only sums up a gradient that is already that in front of the activation.
  func sumUp(_ block: Int, rows: Range<Int>, of gradient: Input) {
    sumUp(
      block, rows, of: gradient, ChannelTransform(scale: transform.scale, shift: transform.shift),
      into: nil)
  }

  private func sumUp(
    _ block: Int, _ rows: Range<Int>, of gradient: Input, _ transform: ChannelTransform,
    into result: Output?
  ) {
    let start = rows.lowerBound * channels
    let sum = sums + block * 2 * channels
    kernels.gradientSums(
      NormalizationGradientSums(
        rows: rows.count, channels: channels, x: x + start, transform: transform, mean: mean,
        inverseDeviation: inverseDeviation, outputGradient: gradient + start,
        gradient: result.map { $0 + start }, gradientSum: sum, productSum: sum + channels))
  }
}

extension NormalizationKernels {
  /// Rows of a value with all that is still to be done to it, ready to be read: in `scratch`, or
  /// where they are stored if there is nothing to do.
  func rows(
    _ rows: Range<Int>, _ blocks: RowBlocks, channels: Int, of values: Input,
    _ transform: DeferredTransform?, scratch: Output
  ) -> Input {
    let start = rows.lowerBound * channels
    guard let transform else { return values + start }
    guard let gates = transform.gates else {
      apply(rows.count, channels, values + start, transform.channels, nil, scratch)
      return Input(scratch)
    }
    blocks.forEachImage(rows) { part, image in
      var gated = transform.channels
      gated.gate = gates + image * channels
      apply(
        part.count, channels, values + part.lowerBound * channels, gated, nil,
        scratch + (part.lowerBound - rows.lowerBound) * channels)
    }
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
