import Kernels

/// How a layer goes through the images of a depthwise convolution: a few at a time, or, where one
/// alone would not fit in the second-level cache, each in bands of output rows.
struct DepthwiseBands {
  /// What is done at a time. Input rows are counted over all images of the batch.
  struct Band {
    /// One image, unless it is whole images.
    let images: Range<Int>
    /// Output rows, counted from the first of these images on.
    let outputs: Range<Int>
    /// Input rows that these outputs read, and those that stand for them.
    let inputs: Range<Int>
    /// Input rows that stand for these outputs and for no other band's.
    let own: Range<Int>
  }

  /// Pixels of the output.
  let blocks: RowBlocks
  /// Input rows that a band's outputs read, at most.
  private(set) var mostInputs = 0
  /// Input rows that stand for a band's outputs, at most.
  private(set) var mostOwn = 0
  private let layout: DepthwiseLayout

  /// Floats that a band's operands may have: a megabyte.
  private static let budget = 262_144

  /// - Parameters:
  ///   - inputs: floats of all operands for each input row that a band reads.
  ///   - own: likewise for each that stands for its outputs.
  ///   - outputs: likewise for each output row.
  init(_ layout: DepthwiseLayout, inputs: Int, own: Int, outputs: Int) {
    self.layout = layout
    let geometry = layout.geometry
    /// Input rows that a band reads; one in the middle reads about as many as any.
    func inputRows(_ rows: Int) -> Int {
      let first = (geometry.outputHeight - rows) / 2
      return layout.inputRows(of: first..<first + rows).count
    }
    func floats(_ rows: Int) -> Int {
      inputs * inputRows(rows) + own * rows * geometry.stride + outputs * rows
    }
    let bands =
      (1...geometry.outputHeight).first {
        geometry.outputHeight.isMultiple(of: $0)
          && floats(geometry.outputHeight / $0) <= Self.budget
      } ?? 1
    let rows = geometry.outputHeight / bands
    let rowsPerImage = geometry.outputHeight * geometry.outputWidth
    // Bands so low that most of what they read lies around them would cost more than they save.
    // Going back, where that is the output's gradient, the input stands in for it.
    guard bands > 1, inputRows(rows) <= 2 * rows * geometry.stride else {
      blocks = RowBlocks(
        rowsPerImage: rowsPerImage, wholeImagesOf: floats(geometry.outputHeight))
      mostInputs = blocks.imagesPerBlock * geometry.height
      mostOwn = mostInputs
      return
    }
    blocks = RowBlocks(rowsPerImage: rowsPerImage, bandsPerImage: bands)
    for block in 0..<bands {
      let band = band(block, images: 1)
      mostInputs = max(mostInputs, band.inputs.count)
      mostOwn = max(mostOwn, band.own.count)
    }
  }

  func band(_ block: Int, images: Int) -> Band {
    let geometry = layout.geometry
    let pixels = blocks.rows(block, images: images)
    let rows = pixels.lowerBound / geometry.outputWidth..<pixels.upperBound / geometry.outputWidth
    let image = rows.lowerBound / geometry.outputHeight
    let own = geometry.inputRow(rows.lowerBound)..<geometry.inputRow(rows.upperBound)
    guard blocks.rowsPerBlock < blocks.rowsPerImage else {
      return Band(
        images: image..<rows.upperBound / geometry.outputHeight, outputs: 0..<rows.count,
        inputs: own, own: own)
    }
    let first = image * geometry.outputHeight
    let outputs = rows.lowerBound - first..<rows.upperBound - first
    let inputs = layout.inputRows(of: outputs)
    let top = image * geometry.height
    return Band(
      images: image..<image + 1, outputs: outputs,
      inputs: top + inputs.lowerBound..<top + inputs.upperBound, own: own)
  }
}
