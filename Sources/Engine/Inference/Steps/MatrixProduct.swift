import Kernels

/// A block of a block-structured matrix product: some input channels times packed weights give
/// some output channels.
struct MatrixBlock: Sendable {
  var inputChannel: Int
  var inputs: Int
  var outputChannel: Int
  var outputs: Int
  /// Of the packed weights among the constants.
  var weights: Int
}

/// A pointwise convolution, grouped or not, or a dense layer, with bias, residual and
/// activation in its epilogue.
struct MatrixProductStep: InferenceStep {
  var kernels: PointwiseKernels
  var blocks: [MatrixBlock]
  /// Rows of one image.
  var rows: Int
  var inputChannels: Int
  var outputChannels: Int
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer
  var bias: Int?
  var residual: MemoryPlan.Buffer?
  var activation: KernelActivation

  /// Rows that a part takes at least: about the height of a kernel's register tile.
  private static let grain = 8

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let total = images * rows
    if total >= parts * Self.grain || blocks.count < parts {
      let mine = share(of: total, part: part, of: parts, grain: min(Self.grain, total))
      multiply(blocks.indices, rows: mine, in: memory)
    } else {
      multiply(share(of: blocks.count, part: part, of: parts), rows: 0..<total, in: memory)
    }
  }

  private func multiply(_ chosen: Range<Int>, rows: Range<Int>, in memory: InferenceMemory) {
    guard !rows.isEmpty else { return }
    let input = memory[input] + rows.lowerBound * inputChannels
    let output = memory[output] + rows.lowerBound * outputChannels
    let residual = residual.map { Input(memory[$0] + rows.lowerBound * outputChannels) }
    for index in chosen {
      let block = blocks[index]
      kernels.forward(
        PointwiseProduct(
          rows: rows.count, inputChannels: block.inputs, outputChannels: block.outputs,
          input: input + block.inputChannel, inputStride: inputChannels,
          weights: memory.constants + block.weights,
          output: output + block.outputChannel, outputStride: outputChannels,
          bias: bias.map { memory.constants + $0 + block.outputChannel },
          residual: residual.map { $0 + block.outputChannel }, residualStride: outputChannels,
          activation: activation))
    }
  }
}
