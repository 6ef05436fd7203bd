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
    let start = rows.lowerBound * channels
    let sum = sums + block * 2 * channels
    kernels.gradientSums(
      NormalizationGradientSums(
        rows: rows.count, channels: channels, x: x + start, transform: transform, mean: mean,
        inverseDeviation: inverseDeviation, outputGradient: gradient + start,
        gradient: gradient + start, gradientSum: sum, productSum: sum + channels))
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
