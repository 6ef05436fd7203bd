import Kernels

/// What a batch norm shares with the layers around it.
struct NormalizationBuffers {
  let channels: Int
  let activation: KernelActivation
  // `[channels]` each, from the batch norm's turn forward to the end of the layer in front.
  let mean: Output
  let inverseDeviation: Output
  let scale: Output
  let shift: Output
  // `[channels]` each, from its turn backward on.
  let gradientScale: Output
  let valueScale: Output
  let correctionShift: Output
  /// As in `BlockMoments`, and the blocks of the layer that writes them.
  let moments: Output
  let momentBlocks: RowBlocks
  /// As in `BlockReduction`, likewise.
  let sums: Output
  let sumBlocks: RowBlocks

  var transform: ChannelTransform {
    ChannelTransform(scale: scale, shift: shift, activation: activation)
  }

  /// - Parameter values: the batch norm's input.
  func correction(of values: Input) -> GradientCorrection {
    GradientCorrection(
      values: values, gradientScale: gradientScale, valueScale: valueScale,
      shift: correctionShift)
  }

  func blockMoments(_ kernels: NormalizationKernels) -> BlockMoments {
    BlockMoments(channels: channels, partials: moments, kernels: kernels)
  }

  /// - Parameter values: the batch norm's input.
  func blockReduction(of values: Input, _ kernels: NormalizationKernels) -> BlockReduction {
    BlockReduction(
      channels: channels, x: values, transform: transform, mean: mean,
      inverseDeviation: inverseDeviation, sums: sums, kernels: kernels)
  }
}
