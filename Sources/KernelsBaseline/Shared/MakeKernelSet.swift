import KernelInterface

/// The kernels of this target. Only to be called on a CPU that runs its instruction set.
package func makeKernelSet() -> KernelSet {
  KernelSet(
    instructionSet: instructionSet, vectorWidth: width, pointwise: pointwiseKernels,
    depthwise: depthwiseKernels, normalization: normalizationKernels,
    elementwise: elementwiseKernels, pooling: poolingKernels, patches: patchKernels,
    optimizers: optimizerKernels)
}
