/// The kernels of one instruction set, as plain function values.
///
/// A kernel target (`KernelsBaseline`, `KernelsAVX2`, `KernelsAVX512`) makes one with
/// `makeKernelSet()`; `Kernels.KernelSet.current` is the best one that this CPU runs. All data
/// are `Float`, row-major, channels last (`[batch, height, width, channels]`, NHWC). A kernel
/// neither allocates nor checks: the caller has checked shapes once, when it made its plan.
package struct KernelSet: Sendable {
  package let instructionSet: InstructionSet
  /// Lanes of the vectors that depthwise layouts and packed weights are made for.
  package let vectorWidth: Int
  package let pointwise: PointwiseKernels
  package let depthwise: DepthwiseKernels
  package let normalization: NormalizationKernels
  package let elementwise: ElementwiseKernels
  package let pooling: PoolingKernels
  package let patches: PatchKernels
  package let optimizers: OptimizerKernels

  package init(
    instructionSet: InstructionSet, vectorWidth: Int, pointwise: PointwiseKernels,
    depthwise: DepthwiseKernels, normalization: NormalizationKernels,
    elementwise: ElementwiseKernels, pooling: PoolingKernels, patches: PatchKernels,
    optimizers: OptimizerKernels
  ) {
    self.instructionSet = instructionSet
    self.vectorWidth = vectorWidth
    self.pointwise = pointwise
    self.depthwise = depthwise
    self.normalization = normalization
    self.elementwise = elementwise
    self.pooling = pooling
    self.patches = patches
    self.optimizers = optimizers
  }
}

/// What a kernel target is compiled for. `reference` is the plain Swift twin.
package enum InstructionSet: String, CaseIterable, Sendable, Codable {
  case reference, baseline, avx2, avx512
}

/// The nonlinearity that a kernel applies to each element.
package enum KernelActivation: UInt8, CaseIterable, Sendable {
  case identity, relu, relu6, swish, hardSwish, sigmoid, hardSigmoid
}

/// Floats that a kernel reads. The call that holds it says how many, in which shape; they lie on a
/// cache line's boundary only where it asks for that.
package typealias Input = UnsafePointer<Float>
/// Floats that a kernel writes or adds to, otherwise as `Input`.
package typealias Output = UnsafeMutablePointer<Float>
