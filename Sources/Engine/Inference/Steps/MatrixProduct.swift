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

  /// The packed weights of all blocks among the constants, which follow each other.
  var weights: Range<Int> {
    let last = blocks[blocks.count - 1]
    return blocks[0].weights..<last.weights + last.weightCount
  }

  /// Some blocks' columns of the product.
  ///
  /// - Parameters:
  ///   - scaled: from `scale`; nil for the weights themselves.
  ///   - residual: added in front of the activation.
  ///   - fetches: whether the weights that are read next are fetched meanwhile.
  func multiply(
    _ chosen: Range<Int>, rows: Int, of input: Input, scaled: Input? = nil, into output: Output,
    residual: Input? = nil, fetches: Bool, in memory: InferenceMemory
  ) {
    guard rows > 0 else { return }
    for index in chosen {
      let block = blocks[index]
      let own = memory.constants + block.weights
      kernels.forward(
        PointwiseProduct(
          rows: rows, inputChannels: block.inputs, outputChannels: block.outputs,
          input: input + block.inputChannel, inputStride: inputChannels,
          weights: scaled.map { $0 + block.weights - blocks[0].weights } ?? own,
          output: output + block.outputChannel, outputStride: outputChannels,
          bias: bias.map { memory.constants + $0 + block.outputChannel },
          residual: residual.map { $0 + block.outputChannel }, activation: activation,
          fetchedFloats: fetches
            ? max(block.fetchedFloats - (scaled == nil ? 0 : block.weightCount), 0) : 0,
          fetchedFrom: scaled == nil ? nil : own + block.weightCount))
    }
  }

  /// Some blocks' weights, each input channel's times its factor, which makes them give the product
  /// of an input so multiplied.
  ///
  /// - Parameter scaled: room for `weights.count` floats.
  func scale(
    _ chosen: Range<Int>, by factors: Input, into scaled: Output, in memory: InferenceMemory
  ) {
    for index in chosen {
      let block = blocks[index]
      kernels.scale(
        block.inputs, block.outputs, memory.constants + block.weights,
        factors + block.inputChannel, scaled + block.weights - blocks[0].weights)
    }
  }
}

/// A pointwise convolution, grouped or not, or a dense layer, with bias, residual and
/// activation in its epilogue.
struct MatrixProductStep: InferenceStep {
  /// Factors of the input's channels, one row an image.
  struct Gate {
    /// What is multiplied by them: the weights once an image, or the input a few rows at a time, so
    /// that the products stay in the cache.
    enum Target { case weights, input }

    var target: Target
    var kernels: ElementwiseKernels
    var factors: MemoryPlan.Buffer
    /// `scratchCount` floats for each part: the weights or `rows` rows of input, and what keeps the
    /// parts apart.
    var scratch: MemoryPlan.Buffer
    var scratchCount: Int

    /// Rows at a time.
    static let rows = 64

    /// The weights if they are clearly less than an image's input. Each part multiplies all of them;
    /// their number is nothing to go by, as bits depend on the target.
    static func target(_ product: MatrixProduct, rows: Int) -> Target {
      2 * product.weights.count <= rows * product.inputChannels ? .weights : .input
    }
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
    let scratch = memory[gate.scratch] + part * gate.scratchCount
    var first = mine.lowerBound
    while first < mine.upperBound {
      let image = first / rows
      var end = min(mine.upperBound, (image + 1) * rows)
      let start = input + first * inputChannels
      let factors = memory[gate.factors] + image * inputChannels
      let fetches = first == mine.lowerBound
      switch gate.target {
      case .weights:
        product.scale(chosen, by: factors, into: scratch, in: memory)
        multiply(
          chosen, rows: first..<end, of: start, scaled: scratch, fetches: fetches, in: memory)
      case .input:
        end = min(end, first + Gate.rows)
        gate.kernels.scaleRows(end - first, inputChannels, start, factors, scratch)
        multiply(chosen, rows: first..<end, of: scratch, fetches: fetches, in: memory)
      }
      first = end
    }
  }

  mutating func addFetches(to plan: inout FetchPlan) { plan.add(to: &product, rows: rows) }

  private func grain(_ total: Int) -> Int { min(Self.grain, total) }

  /// - Parameter input: the first of the rows.
  private func multiply(
    _ chosen: Range<Int>, rows: Range<Int>, of input: Input, scaled: Input? = nil, fetches: Bool,
    in memory: InferenceMemory
  ) {
    let start = rows.lowerBound * product.outputChannels
    product.multiply(
      chosen, rows: rows.count, of: input, scaled: scaled, into: memory[output] + start,
      residual: residual.map { Input(memory[$0] + start) }, fetches: fetches, in: memory)
  }
}
