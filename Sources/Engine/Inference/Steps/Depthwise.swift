import Kernels

/// A mixed depthwise convolution with bias and activation in its epilogue.
struct DepthwiseStep: InferenceStep {
  var kernels: DepthwiseKernels
  var layout: DepthwiseLayout
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer
  /// Of the packed weights among the constants.
  var weights: Int
  var bias: Int?
  var activation: KernelActivation
  /// One run of `scratchCount` floats for each part.
  var scratch: MemoryPlan.Buffer
  var scratchCount: Int

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let rows = share(of: images * layout.geometry.outputHeight, part: part, of: parts)
    guard !rows.isEmpty else { return }
    kernels.forward(
      DepthwiseForward(
        layout: layout, images: images, rows: rows, input: memory[input],
        weights: memory.constants + weights, output: memory[output],
        bias: bias.map { memory.constants + $0 }, activation: activation,
        scratch: memory[scratch] + part * scratchCount))
  }
}
