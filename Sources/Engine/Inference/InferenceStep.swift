import Kernels

/// A step of inference, bound to buffers of a plan. Steps are values: all memory is in the
/// `InferenceMemory` that they are run on.
protocol InferenceStep: Sendable {
  /// Computes one of `parts` shares of the output for the first `images` images of the batch.
  /// All shares together make the whole output, and no bit of it depends on `parts`.
  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory)
  /// Takes on what is to be fetched while the step runs; called from the last step to the first.
  mutating func addFetches(to plan: inout FetchPlan)
}

extension InferenceStep {
  mutating func addFetches(to plan: inout FetchPlan) {}
}

/// The memory of a network: its weights as the kernels want them, and the arena in which its
/// buffers lie.
struct InferenceMemory: @unchecked Sendable {
  // Sendable because the parts of a step write disjoint ranges, and a barrier stands between
  // two steps.
  let constants: Input
  let activations: Output
  /// `[buffers]`
  let offsets: UnsafePointer<Int>

  @inline(__always)
  subscript(buffer: MemoryPlan.Buffer) -> Output { activations + offsets[buffer.index] }
}

/// Collects what the steps need while they are made.
struct InferencePlan {
  let kernels: KernelSet
  let parts: Int
  let batchSize: Int
  var memory = MemoryPlan()
  /// Weights as the kernels want them, each run on a cache line's boundary.
  private(set) var constants: [Float] = []

  init(kernels: KernelSet, parts: Int, batchSize: Int) {
    self.kernels = kernels
    self.parts = parts
    self.batchSize = batchSize
  }

  /// Appends `count` constants that `body` writes, and returns their offset.
  mutating func addConstants(count: Int, _ body: (Output) -> Void) -> Int {
    let offset = constants.count
    constants.append(contentsOf: repeatElement(0, count: MemoryPlan.wholeLines(count)))
    constants.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { body(base + offset) }
    }
    return offset
  }

  mutating func addConstants(_ values: [Float]) -> Int {
    addConstants(count: values.count) { $0.update(from: values, count: values.count) }
  }

  /// Packs a `[inputs, outputs]` part of a matrix whose rows are `stride` floats apart.
  mutating func addMatrix(
    _ values: [Float], at offset: Int, inputs: Int, outputs: Int, stride: Int
  ) -> Int {
    precondition(offset + (inputs - 1) * stride + outputs <= values.count)
    let pointwise = kernels.pointwise
    return values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return constants.count }
      let matrix = WeightMatrix(
        values: base + offset, inputChannels: inputs, outputChannels: outputs,
        inputStride: stride, outputStride: 1)
      return addConstants(count: pointwise.packedCount(inputs, outputs)) {
        pointwise.pack(matrix, $0)
      }
    }
  }
}
