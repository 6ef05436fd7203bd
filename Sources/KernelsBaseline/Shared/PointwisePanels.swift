import KernelInterface

// Columns of a matrix product are cut into panels of one to three vectors, and the rows of a
// panel into tiles, whose heights are such that a tile fills the registers.

/// The width of a panel.
struct PanelShape {
  var vectors: Int
  /// Lanes for each column.
  var ways: Int

  @inline(__always) var columns: Int { vectors * width / ways }
  @inline(__always) var floats: Int { vectors * width }

  @inline(__always)
  private init(_ vectors: Int, ways: Int) {
    self.vectors = vectors
    self.ways = ways
  }

  /// Whole vectors, as many of those that are left as a tile can be wide, but rather two panels of
  /// two than a last one of one.
  @inline(__always)
  private init(of wholes: Int) {
    let most = panelLimit == 3 && wholes == 4 ? 2 : panelLimit
    self.init(min(wholes, most), ways: 1)
  }

  /// The next panel, where `columns` columns are left: whole vectors while there are many, then
  /// the quarters of a vector, with such of the whole ones as make wide panels with them. (A tile
  /// of one vector loads as often as it computes.) Of a product, a single quarter behind two vectors
  /// or more is a panel of its own, since nothing is to be added up in theirs.
  ///
  /// - Parameters:
  ///   - depth: what the lanes of a column share among them: steps of a product, or rows of a
  ///     weight gradient.
  ///   - isGradient: whether the columns are those of a weight gradient. A panel of four lanes a
  ///     column and one vector would have too few rows there to keep the arithmetic busy.
  init(columns: Int, depth: Int, isGradient: Bool = false) {
    let unit = depth % 4 == 0 ? 1 : depth % 2 == 0 && panelLimit >= 3 ? 2 : 4
    let needed = (columns * 4 + width - 1) / width
    let quarters = (needed + unit - 1) / unit * unit
    if panelLimit < 3 || unit == 4 {
      self.init(of: (quarters + 3) / 4)
      return
    }
    switch quarters {
    case 1: self.init(1, ways: isGradient ? 2 : 4)
    case 2, 5: self.init(1, ways: 2)
    case 3: self.init(3, ways: 4)
    default:
      let tail = quarters % 4 == 2 ? 6 : quarters % 4 == 1 && isGradient ? 9 : quarters % 4
      switch (quarters - tail) / 4 {
      case 0: self.init(3, ways: 2)
      case 1: self.init(2, ways: 2)
      default: self.init(of: (quarters - tail) / 4)
      }
    }
  }
}

/// What is done to panels, compiled for each of their widths.
protocol PanelProduct {
  func multiply<Segment: RowSegment, Ways: Interleaving>(_: Segment.Type, _: Ways.Type)
}

@inline(__always)
func run<Product: PanelProduct>(_ product: Product, _ shape: PanelShape) {
  switch (shape.vectors, shape.ways) {
  case (1, 1): product.multiply(SingleVector.self, OneWay.self)
  case (2, 1): product.multiply(VectorPair.self, OneWay.self)
  default:
    guard panelLimit >= 3 else { return }
    switch (shape.vectors, shape.ways) {
    case (1, 2): product.multiply(SingleVector.self, TwoWays.self)
    case (1, 4): product.multiply(SingleVector.self, FourWays.self)
    case (2, 2): product.multiply(VectorPair.self, TwoWays.self)
    case (3, 1): product.multiply(VectorTriple.self, OneWay.self)
    case (3, 2): product.multiply(VectorTriple.self, TwoWays.self)
    default: product.multiply(VectorTriple.self, FourWays.self)
    }
  }
}

/// What is done to each tile of a panel.
protocol TileLoop {
  associatedtype Segment: RowSegment
  associatedtype Ways: Interleaving
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type)
  where Tile.Segment == Segment, Tile.Ways == Ways
}

/// Rows of the next tile, where `rows` are left: the highest that leaves none or more than a
/// single one, which could not keep the arithmetic busy.
///
/// - Parameter limit: the highest there is.
@inline(__always)
func nextTileHeight(_ rows: Int, limit: Int) -> Int {
  @inline(__always)
  func fits(_ height: Int) -> Bool { rows >= height && rows != height + 1 }
  if limit > 4 && fits(limit) { return limit }
  if limit == 16 && fits(8) { return 8 }
  if (limit == 12 || limit == 8) && fits(6) { return 6 }
  if fits(4) { return 4 }
  if fits(3) { return 3 }
  return rows >= 2 ? 2 : 1
}

/// Cuts `rows` into tiles.
@inline(__always)
func forEachTile<Loop: TileLoop>(_ loop: Loop, _ rows: Range<Int>) {
  typealias Row = ProductRow<Loop.Segment, Loop.Ways>
  let limit = tileHeight(Loop.Segment.vectors)
  var row = rows.lowerBound
  while row < rows.upperBound {
    let height = nextTileHeight(rows.upperBound - row, limit: limit)
    switch height {
    case 16: if limit == 16 { loop.multiply(row, Sixteen<Row>.self) }
    case 12: if limit == 12 { loop.multiply(row, Twelve<Row>.self) }
    case 8: if limit == 8 || limit == 16 { loop.multiply(row, Eight<Row>.self) }
    case 6: if limit != 4 && limit != 16 { loop.multiply(row, Six<Row>.self) }
    case 4: loop.multiply(row, Four<Row>.self)
    case 3: loop.multiply(row, Three<Row>.self)
    case 2: loop.multiply(row, Two<Row>.self)
    default: loop.multiply(row, Row.self)
    }
    row += height
  }
}
