import Kernels

/// A block of a block-structured matrix product: some input channels times packed weights give
/// some output channels.
struct MatrixBlock: Sendable {
  var inputChannel: Int
  var inputs: Int
  var outputChannel: Int
  var outputs: Int
  /// The packed weights among the constants, and as many floats as they take.
  var weights: Int
  var weightCount: Int
  /// Floats from `weights` on that are fetched while the block is multiplied by many rows.
  var fetchedFloats = 0
}

/// Rows of channels times a block-structured matrix, with bias and activation.
struct MatrixProduct: Sendable {
  var kernels: PointwiseKernels
  var blocks: [MatrixBlock]
  var inputChannels: Int
  var outputChannels: Int
  var bias: Int?
  var activation: KernelActivation

  /// Some blocks' columns of the product.
  ///
  /// - Parameters:
  ///   - residual: added in front of the activation.
  ///   - fetches: whether the weights that are read next are fetched meanwhile.
  func multiply(
    _ chosen: Range<Int>, rows: Int, of input: Input, into output: Output,
    residual: Input? = nil, fetches: Bool, in memory: InferenceMemory
  ) {
    guard rows > 0 else { return }
    for index in chosen {
      let block = blocks[index]
      kernels.forward(
        PointwiseProduct(
          rows: rows, inputChannels: block.inputs, outputChannels: block.outputs,
          input: input + block.inputChannel, inputStride: inputChannels,
          weights: memory.constants + block.weights,
          output: output + block.outputChannel, outputStride: outputChannels,
          bias: bias.map { memory.constants + $0 + block.outputChannel },
          residual: residual.map { $0 + block.outputChannel }, activation: activation,
          fetchedFloats: fetches ? block.fetchedFloats : 0))
    }
  }
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

  var product: MatrixProduct
  /// Rows of one image.
  var rows: Int
  var input: MemoryPlan.Buffer
  var gate: Gate?
  var output: MemoryPlan.Buffer
  var residual: MemoryPlan.Buffer?

  /// Rows that a part takes at least: about the height of a kernel's register tile.
  private static let grain = 8

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let total = images * rows
    let count = product.blocks.count
    let sharesRows = total >= parts * Self.grain || count < parts
    let mine = sharesRows ? share(of: total, part: part, of: parts, grain: grain(total)) : 0..<total
    let chosen = sharesRows ? 0..<count : share(of: count, part: part, of: parts)
    let inputChannels = product.inputChannels
    let input = Input(memory[input])
    guard let gate else {
      multiply(
        chosen, rows: mine, of: input + mine.lowerBound * inputChannels, fetches: true, in: memory)
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
      multiply(
        chosen, rows: first..<end, of: scratch, fetches: first == mine.lowerBound, in: memory)
      first = end
    }
  }

  mutating func plan(_ fetching: inout FetchPlan) { fetching.plan(&product, rows: rows) }

  private func grain(_ total: Int) -> Int { min(Self.grain, total) }

  /// - Parameter input: the first of the rows.
  private func multiply(
    _ chosen: Range<Int>, rows: Range<Int>, of input: Input, fetches: Bool,
    in memory: InferenceMemory
  ) {
    let start = rows.lowerBound * product.outputChannels
    product.multiply(
      chosen, rows: rows.count, of: input, into: memory[output] + start,
      residual: residual.map { Input(memory[$0] + start) }, fetches: fetches, in: memory)
  }
}
