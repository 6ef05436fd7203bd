import Kernels

/// How a depthwise convolution goes through an image whose values are made for it by a pointwise
/// convolution: in bands of rows, so low that the values that a band reads are still near when they
/// are read.
struct ExpansionBands: Hashable {
  /// Output rows of a band, at most.
  let rows: Int
  /// Input rows that a band reads, at most.
  let inputRows: Int

  /// Rows below which a band is not worth its while.
  private static let leastRows = 4

  /// Floats that the lowest band may have: values that push out some of what else is near are still
  /// nearer than those that were stored.
  private static func lowestBand(_ nearFloats: Int) -> Int { nearFloats * 9 / 5 }

  /// Nil if the values are near as a whole, or if bands would have little of them to themselves.
  ///
  /// - Parameters:
  ///   - nearFloats: floats that are near when they are read.
  ///   - parts: that share the rows of an image.
  init?(_ layout: DepthwiseLayout, nearFloats: Int, parts: Int = 1) {
    let geometry = layout.geometry
    let rowFloats = geometry.width * geometry.channels
    guard geometry.height * rowFloats > nearFloats else { return nil }
    func inputRows(_ rows: Int, from first: Int) -> Int {
      layout.inputRows(of: first..<first + rows).count
    }
    /// Of a band in the middle, which reads about as many rows as any.
    func floats(_ rows: Int) -> Int {
      inputRows(rows, from: (geometry.outputHeight - rows) / 2) * rowFloats
    }
    // An even number, since rows are summed in pairs.
    let heights = stride(from: Self.leastRows, through: geometry.outputHeight / parts, by: 2)
    let fitting = heights.prefix { floats($0) <= nearFloats }
    let lowest = heights.prefix(1).first { floats($0) <= Self.lowestBand(nearFloats) }
    guard let most = fitting.last ?? lowest,
      floats(most) <= 2 * most * geometry.stride * rowFloats
    else { return nil }
    let bands = (geometry.outputHeight + most - 1) / most
    rows = (geometry.outputHeight + 2 * bands - 1) / (2 * bands) * 2
    // A thread's first band can begin anywhere.
    let height = min(rows, geometry.outputHeight)
    self.inputRows = (0...geometry.outputHeight - height).reduce(0) {
      max($0, inputRows(height, from: $1))
    }
  }
}
