import KernelInterface

extension KernelSet {
  /// The plain twin of every kernel, which tests hold the others against: loops as the
  /// definitions read, sums in double precision; optimizers in single, as weights are kept.
  package static let reference = KernelSet(
    instructionSet: .reference, vectorWidth: 1, pointwise: ReferencePointwise.kernels,
    depthwise: ReferenceDepthwise.kernels, normalization: ReferenceNormalization.kernels,
    elementwise: ReferenceElementwise.kernels, pooling: ReferencePooling.kernels,
    patches: ReferencePatches.kernels, optimizers: ReferenceOptimizers.kernels)
}
