import KernelInterface

let pointwiseKernels = PointwiseKernels(
  packedCount: pointwisePackedCount, pack: packPointwise, scale: scalePointwise,
  forward: pointwiseForward, weightGradient: pointwiseWeightGradient)
