import Kernels

/// A mixed depthwise convolution with bias and activation in its epilogue; and the pointwise
/// convolution in front of it, where what that makes is too much to be kept near.
struct DepthwiseStep: InferenceStep {
  struct Expansion {
    var product: MatrixProduct
    var bands: ExpansionBands
    /// `valueCount` floats for each part: the rows that a band reads, a vector behind them, and what
    /// keeps the parts apart.
    var values: MemoryPlan.Buffer
    var valueCount: Int
  }

  var kernels: DepthwiseKernels
  var layout: DepthwiseLayout
  /// Of the expansion, if there is one.
  var input: MemoryPlan.Buffer
  var expansion: Expansion?
  var output: MemoryPlan.Buffer
  /// Sums of rows for a global average pool, `[outputHeight, channels]` for each image: a row is
  /// near when it has been made, and no sum depends on which thread made which rows.
  var rowSums: MemoryPlan.Buffer?
  /// Of the packed weights among the constants.
  var weights: Int
  var bias: Int?
  var activation: KernelActivation
  /// One run of `scratchCount` floats for each part.
  var scratch: MemoryPlan.Buffer
  var scratchCount: Int

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let geometry = layout.geometry
    let mine = share(of: images * geometry.outputHeight, part: part, of: parts)
    guard !mine.isEmpty else { return }
    guard let expansion else {
      convolve(mine, images: images, of: memory[input], part: part, in: memory)
      return
    }
    var row = mine.lowerBound
    while row < mine.upperBound {
      let image = row / geometry.outputHeight
      let end = min(mine.upperBound, (image + 1) * geometry.outputHeight)
      let first = row - image * geometry.outputHeight
      expand(
        expansion, image: image, rows: first..<first + end - row,
        fetches: row == mine.lowerBound, part: part, in: memory)
      row = end
    }
  }

  mutating func addFetches(to plan: inout FetchPlan) {
    guard var expansion else { return }
    plan.add(to: &expansion.product, rows: layout.geometry.height * layout.geometry.width)
    self.expansion = expansion
  }

  /// Some output rows of an image, band by band. Input rows that two bands read move to the front
  /// for the second.
  private func expand(
    _ expansion: Expansion, image: Int, rows: Range<Int>, fetches: Bool, part: Int,
    in memory: InferenceMemory
  ) {
    let geometry = layout.geometry
    let rowFloats = geometry.width * geometry.channels
    let values = memory[expansion.values] + part * expansion.valueCount
    var made = 0..<0
    var row = rows.lowerBound
    while row < rows.upperBound {
      let band = row..<min(row + expansion.bands.rows, rows.upperBound)
      let inputs = layout.inputRows(of: band)
      let kept = max(inputs.lowerBound, made.lowerBound)..<max(inputs.lowerBound, made.upperBound)
      values.update(
        from: values + (kept.lowerBound - made.lowerBound) * rowFloats,
        count: kept.count * rowFloats)
      let missing = inputs.lowerBound + kept.count..<inputs.upperBound
      let pixel = (image * geometry.height + missing.lowerBound) * geometry.width
      expansion.product.multiply(
        expansion.product.blocks.indices, rows: missing.count * geometry.width,
        of: memory[input] + pixel * expansion.product.inputChannels,
        into: values + kept.count * rowFloats, fetches: fetches && made.isEmpty, in: memory)
      let top = image * geometry.outputHeight
      convolve(
        top + band.lowerBound..<top + band.upperBound, images: image + 1,
        of: values - (image * geometry.height + inputs.lowerBound) * rowFloats, part: part,
        in: memory)
      made = inputs
      row = band.upperBound
    }
  }

  /// - Parameter input: where the first image's would begin, of which only what the rows read has
  ///   to exist.
  private func convolve(
    _ rows: Range<Int>, images: Int, of input: Output, part: Int, in memory: InferenceMemory
  ) {
    kernels.forward(
      DepthwiseForward(
        layout: layout, images: images, rows: rows, input: input, inputIsNear: expansion != nil,
        weights: memory.constants + weights, output: memory[output],
        rowSums: rowSums.map { memory[$0] },
        bias: bias.map { memory.constants + $0 }, activation: activation,
        scratch: memory[scratch] + part * scratchCount))
  }
}
