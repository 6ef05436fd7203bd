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
  /// Factors of the input's channels, one row an image, which are multiplied in a few rows at a
  /// time, so that the products stay in the cache.
  struct Gate {
    var kernels: ElementwiseKernels
    var factors: MemoryPlan.Buffer
    /// `rows` rows of input for each part.
    var scratch: MemoryPlan.Buffer

    /// Rows at a time.
    static let rows = 64
  }

  var kernels: PointwiseKernels
  var blocks: [MatrixBlock]
  /// Rows of one image.
  var rows: Int
  var inputChannels: Int
  var outputChannels: Int
  var input: MemoryPlan.Buffer
  var gate: Gate?
  var output: MemoryPlan.Buffer
  var bias: Int?
  var residual: MemoryPlan.Buffer?
  var activation: KernelActivation

  /// Rows that a part takes at least: about the height of a kernel's register tile.
  private static let grain = 8

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let total = images * rows
    let sharesRows = total >= parts * Self.grain || blocks.count < parts
    let mine = sharesRows ? share(of: total, part: part, of: parts, grain: grain(total)) : 0..<total
    let chosen = sharesRows ? blocks.indices : share(of: blocks.count, part: part, of: parts)
    let input = Input(memory[input])
    guard let gate else {
      multiply(chosen, rows: mine, of: input + mine.lowerBound * inputChannels, in: memory)
      return
    }
    let scratch = memory[gate.scratch] + part * Gate.rows * inputChannels
    var first = mine.lowerBound
    while first < mine.upperBound {
      let image = first / rows
      let end = min(mine.upperBound, first + Gate.rows, (image + 1) * rows)
      gate.kernels.scaleRows(
        end - first, inputChannels, input + first * inputChannels,
        memory[gate.factors] + image * inputChannels, scratch)
      multiply(chosen, rows: first..<end, of: scratch, in: memory)
      first = end
    }
  }

  private func grain(_ total: Int) -> Int { min(Self.grain, total) }

  /// - Parameter input: the first of the rows.
  private func multiply(
    _ chosen: Range<Int>, rows: Range<Int>, of input: Input, in memory: InferenceMemory
  ) {
    guard !rows.isEmpty else { return }
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
          residual: residual.map { $0 + block.outputChannel }, activation: activation))
    }
  }
}
