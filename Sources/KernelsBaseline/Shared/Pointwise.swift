import KernelInterface

let pointwiseKernels = PointwiseKernels(
  packedCount: pointwisePackedCount, pack: packPointwise, forward: pointwiseForward,
  weightGradient: pointwiseWeightGradient)
