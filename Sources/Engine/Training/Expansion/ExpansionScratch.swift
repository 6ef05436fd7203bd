import Kernels

/// An `ExpandedDepthwiseLayer`'s memory of `forward` alone, in the order of its needs.
struct ExpansionScratch {
  // Per worker: a band of the input as the convolution reads it, the expanded values, and the
  // depthwise kernel's own.
  let input: Output
  let expanded: Output
  let depthwise: Output
  let weights: Output
  /// `[chunks, momentCount]`
  let moments: Output
  /// `[2, inputChannels]`
  let centering: Output

  init(_ buffers: [Output]) {
    input = buffers[0]
    expanded = buffers[1]
    depthwise = buffers[2]
    weights = buffers[3]
    moments = buffers[4]
    centering = buffers[5]
  }
}

/// Its memory of `backward` alone, likewise.
struct ExpansionReverseScratch {
  // As in `ExpansionScratch`.
  let input: Output
  let expanded: Output
  let depthwise: Output
  let weights: Output
  /// Per worker, of the expanded values.
  let gradient: Output
  /// `[chunks, gradientCount]`
  let sums: Output
  /// `[channels]`, as `ExpansionMatrix.centeredProducts` makes them.
  let products: Output
  // As `ExpansionMatrix` packs them.
  let transposed: Output
  let feedback: Output
  let feedbackBias: Output
  let matrices: Output

  init(_ buffers: [Output]) {
    input = buffers[0]
    expanded = buffers[1]
    depthwise = buffers[2]
    weights = buffers[3]
    gradient = buffers[4]
    sums = buffers[5]
    products = buffers[6]
    transposed = buffers[7]
    feedback = buffers[8]
    feedbackBias = buffers[9]
    matrices = buffers[10]
  }
}
