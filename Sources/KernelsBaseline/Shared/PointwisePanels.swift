import KernelInterface

// Columns of a matrix product are cut into panels of one to three vectors, and the rows of a
// panel into tiles, whose heights are such that a tile fills the registers.

/// Vectors of the next panel, where `columns` columns are left: as many as a tile can be wide,
/// but rather two panels of two than a last one of one.
@inline(__always)
func panelVectors(_ columns: Int) -> Int {
  let vectors = (columns + width - 1) / width
  if vectors <= panelLimit { return vectors }
  return panelLimit == 3 && vectors == 4 ? 2 : panelLimit
}

/// What is done to each tile of a panel.
protocol PanelLoop {
  associatedtype Segment: RowSegment
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type) where Tile.Segment == Segment
}

/// Cuts `rows` into tiles, the highest first.
@inline(__always)
func forEachTile<Loop: PanelLoop>(_ loop: Loop, _ rows: Range<Int>) {
  typealias Row = ProductRow<Loop.Segment>
  let height = tileHeight(Loop.Segment.vectors)
  var row = rows.lowerBound
  let end = rows.upperBound
  while height == 16 && end - row >= 16 {
    loop.multiply(row, SixteenRows<Row>.self)
    row += 16
  }
  while height == 12 && end - row >= 12 {
    loop.multiply(row, TwelveRows<Row>.self)
    row += 12
  }
  while height >= 8 && end - row >= 8 {
    loop.multiply(row, EightRows<Row>.self)
    row += 8
  }
  while height == 6 && end - row >= 6 {
    loop.multiply(row, SixRows<Row>.self)
    row += 6
  }
  while end - row >= 4 {
    loop.multiply(row, FourRows<Row>.self)
    row += 4
  }
  if end - row >= 2 {
    loop.multiply(row, TwoRows<Row>.self)
    row += 2
  }
  if end - row >= 1 {
    loop.multiply(row, Row.self)
  }
}
