import KernelInterface

/// Rows whose products are summed in registers before the sums go back to memory. Part of the
/// result's bits, since it fixes the shape of the sum.
private let rowBlock = 128

@Sendable
func pointwiseWeightGradient(_ call: OuterProduct) {
  var row = 0
  // Without rows the gradient is zero, and one empty block says so.
  repeat {
    let rows = row..<min(row + rowBlock, call.rows)
    let accumulates = call.accumulates || row > 0
    var column = 0
    while column < call.rightChannels {
      if call.rightChannels - column > width {
        multiplyPanel(call, rows, column, accumulates, VectorPair.self)
        column += 2 * width
      } else {
        multiplyPanel(call, rows, column, accumulates, SingleVector.self)
        column += width
      }
    }
    row = rows.upperBound
  } while row < call.rows
}

@inline(never)
private func multiplyPanel<Segment: RowSegment>(
  _ call: OuterProduct, _ rows: Range<Int>, _ column: Int, _ accumulates: Bool, _: Segment.Type
) {
  typealias Row = ProductRow<Segment>
  let panel = RightPanel(call, rows, column, Segment.floats)
  var channel = 0
  let end = call.leftChannels
  while end - channel >= RowTile<Row>.rows {
    multiplyTile(call, panel, channel, accumulates, RowTile<Row>.self)
    channel += RowTile<Row>.rows
  }
  if end - channel >= 4 {
    multiplyTile(call, panel, channel, accumulates, Four<Row>.self)
    channel += 4
  }
  if end - channel >= 2 {
    multiplyTile(call, panel, channel, accumulates, Two<Row>.self)
    channel += 2
  }
  if end - channel >= 1 {
    multiplyTile(call, panel, channel, accumulates, Row.self)
  }
}

/// Some columns of a block of rows of the right matrix.
private struct RightPanel {
  var column: Int
  var lanes: Int
  var firstRow: Int
  /// Rows whose whole vectors lie in the matrix, if only by running into the next row; what
  /// they pick up there falls into lanes that are not stored.
  var wholeRows: Int
  /// Rows behind those, at the matrix's very end.
  var cutRows: Int

  @inline(__always)
  init(_ call: OuterProduct, _ rows: Range<Int>, _ column: Int, _ floats: Int) {
    self.column = column
    lanes = min(floats, call.rightChannels - column)
    firstRow = rows.lowerBound
    var whole = rows.upperBound
    let matrixEnd = (call.rows - 1) * call.rightStride + call.rightChannels
    while whole > firstRow && (whole - 1) * call.rightStride + column + floats > matrixEnd {
      whole -= 1
    }
    wholeRows = whole - firstRow
    cutRows = rows.upperBound - whole
  }
}

@inline(__always)
private func multiplyTile<Tile: ProductTile>(
  _ call: OuterProduct, _ panel: RightPanel, _ channel: Int, _ accumulates: Bool, _: Tile.Type
) {
  let output = call.output + channel * call.outputStride + panel.column
  var tile =
    accumulates
    ? Tile(loading: output, stride: call.outputStride, lanes: panel.lanes)
    : Tile(repeating: .zero)
  var left = call.left + panel.firstRow * call.leftStride + channel
  var right = call.right + panel.firstRow * call.rightStride + panel.column
  accumulate(
    &tile, steps: panel.wholeRows, input: left, rowStride: 1, inputStride: call.leftStride,
    weights: right, weightStride: call.rightStride)
  left += panel.wholeRows * call.leftStride
  right += panel.wholeRows * call.rightStride
  for _ in 0..<panel.cutRows {
    tile.accumulate(left, stride: 1, Tile.Segment(right, lanes: panel.lanes))
    left += call.leftStride
    right += call.rightStride
  }
  tile.store(output, stride: call.outputStride, Epilogue(lanes: panel.lanes))
}
