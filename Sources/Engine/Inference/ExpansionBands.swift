import Kernels

/// How a depthwise convolution goes through an image whose values are made for it by a pointwise
/// convolution: in bands of rows, so low that the values that a band reads are still in the cache
/// when they are read.
struct ExpansionBands: Hashable {
  /// Output rows of a band, at most.
  let rows: Int
  /// Input rows that a band reads, at most.
  let inputRows: Int

  /// Rows below which a band is not worth its while.
  private static let leastRows = 4

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
    /// A band in the middle, which reads about as many as any.
    func inputRows(_ rows: Int) -> Int {
      inputRows(rows, from: (geometry.outputHeight - rows) / 2)
    }
    // Of an image that is far larger than the cache, the lowest band may take three fifths of it
    // instead of a third: values that push out some of what else is near are still nearer than
    // those that were stored. (Measured with a cache of two megabytes.)
    func isNear(_ rows: Int) -> Bool {
      let inputs = inputRows(rows)
      let isRoomy = rows == Self.leastRows && 4 * inputs <= geometry.height
      return inputs * rowFloats <= (isRoomy ? nearFloats * 9 / 5 : nearFloats)
    }
    // An even number, since rows are summed in pairs.
    let heights = stride(from: Self.leastRows, through: geometry.outputHeight / parts, by: 2)
    guard let most = heights.prefix(while: isNear).last,
      inputRows(most) <= 2 * most * geometry.stride
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
