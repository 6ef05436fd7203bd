import KernelInterface

/// Rows whose products are summed in registers before the sums go to memory. Part of the
/// result's bits, since it fixes the shape of the sum.
@inline(__always) private var rowBlock: Int { 96 }
/// The same where no panel is copied: longer sums would round worse.
@inline(__always) private var longRowBlock: Int { 256 }

@Sendable
func pointwiseWeightGradient(_ call: OuterProduct) {
  let block = call.copiesPanels ? rowBlock : longRowBlock
  withRoom { room in
    var row = 0
    // Without rows the gradient is zero, and one empty block says so.
    repeat {
      let rows = row..<min(row + block, call.rows)
      var column = 0
      while column < call.rightChannels {
        let panel = PanelShape(
          columns: call.rightChannels - column, depth: call.leftChannels, isGradient: true)
        run(
          GradientPanel(
            call: call, rows: rows, column: column, copies: panel.isCopied(call.leftChannels),
            copy: room.panel, scratch: room.tile),
          panel)
        column += panel.columns
      }
      row = rows.upperBound
    } while row < call.rows
  }
}

extension OuterProduct {
  fileprivate var copiesPanels: Bool {
    var column = 0
    while column < rightChannels {
      let panel = PanelShape(
        columns: rightChannels - column, depth: leftChannels, isGradient: true)
      column += panel.columns
      if panel.isCopied(leftChannels) || column > rightChannels { return true }
    }
    return false
  }
}

extension PanelShape {
  /// Whether it pays to copy a panel of right channels: every tile of left channels reads it
  /// again. Two tiles may do so from where it lies, if columns have several lanes and so take
  /// little room.
  fileprivate func isCopied(_ leftChannels: Int) -> Bool {
    let rows = leftChannels / ways
    let limit = tileHeight(vectors)
    let first = nextTileHeight(rows, limit: limit)
    if first == rows { return false }
    return ways == 1 || first + nextTileHeight(rows - first, limit: limit) < rows
  }
}

/// Products of all left channels with the right channels of one panel, summed over a block of
/// rows. The lanes of a column are neighboring left channels.
///
/// The panel is copied together: every left tile reads it again, and rows that are a power of two
/// apart would push each other out of the first-level cache. The first tile copies what it reads.
private struct GradientPanel: PanelProduct {
  var call: OuterProduct
  var rows: Range<Int>
  var column: Int
  /// Whether the first tile copies the panel for the others.
  var copies: Bool
  /// Room for a copy, and for a tile.
  var copy: Output
  var scratch: Output

  @inline(never)
  func multiply<Segment: RowSegment, Ways: Interleaving>(_: Segment.Type, _: Ways.Type) {
    let columns = Segment.floats / Ways.ways
    let lanes = min(columns, call.rightChannels - column)
    let right = call.right + rows.lowerBound * call.rightStride + column
    let steps = rows.upperBound - rows.lowerBound
    let accumulates = call.accumulates || rows.lowerBound > 0
    let output = call.output + column
    if lanes < columns {
      // What stands behind the lanes falls into products that are not stored.
      for step in 0..<steps {
        copyRow(lanes, from: right + step * call.rightStride, to: scratch)
        Segment(spreading: scratch, Ways.self).write(copy + step * Segment.floats)
      }
    }
    forEachTile(
      GradientTiles<Segment, Ways>(
        steps: steps, left: call.left + rows.lowerBound * call.leftStride,
        leftStride: call.leftStride, right: right, rightStride: call.rightStride, copy: copy,
        copyStride: copies ? Segment.floats : 0, isCopied: lanes < columns,
        epilogue: ProductEpilogue(
          output: output, outputStride: call.outputStride,
          residual: accumulates ? UnsafePointer(output) : nil, activation: .identity,
          lanes: lanes, scratch: scratch)),
      0..<call.leftChannels / Ways.ways)
  }
}

/// A tile's rows are left channels, or groups of as many as a column has lanes; its steps are
/// rows of the matrices.
private struct GradientTiles<Segment: RowSegment, Ways: Interleaving>: TileLoop {
  var steps: Int
  var left: Input
  var leftStride: Int
  var right: Input
  var rightStride: Int
  var copy: Output
  /// Zero if each tile reads the panel where it lies, and writes it for nothing.
  var copyStride: Int
  var isCopied: Bool
  var epilogue: ProductEpilogue

  @inline(__always)
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type)
  where Tile.Segment == Segment, Tile.Ways == Ways {
    var tile = Tile(repeating: .zero)
    if isCopied || (row > 0 && copyStride > 0) {
      accumulate(
        &tile, steps: steps, input: left + row * Ways.ways, rowStride: Ways.ways,
        inputStride: leftStride, weights: copy)
    } else {
      accumulateAndCopy(&tile, row)
    }
    epilogue.finishWays(tile, row: row)
  }

  @inline(__always)
  private func accumulateAndCopy<Tile: ProductTile>(_ tile: inout Tile, _ row: Int)
  where Tile.Segment == Segment, Tile.Ways == Ways {
    var left = left + row * Ways.ways
    var right = right
    var copy = copy
    for _ in 0..<steps {
      let segment = Segment(spreading: right, Ways.self)
      segment.write(copy)
      tile.accumulate(left, Ways.ways, segment)
      left += leftStride
      right += rightStride
      copy += copyStride
    }
  }
}

extension ProductEpilogue {
  /// Finishes a tile in which each lane of a column belongs to a row of its own.
  @inline(__always)
  func finishWays<Tile: ProductTile>(_ tile: Tile, row: Int) {
    if Tile.Ways.ways == 1 {
      finish(tile, row: row)
    } else {
      tile.write(scratch, Tile.Segment.floats, floats: Tile.Segment.floats)
      separateRows(row, Tile.rows, Tile.Segment.self, Tile.Ways.self)
    }
  }

  @inline(never)
  private func separateRows<Segment: RowSegment, Ways: Interleaving>(
    _ row: Int, _ rows: Int, _: Segment.Type, _: Ways.Type
  ) {
    let columns = Segment.floats / Ways.ways
    for group in 0..<rows {
      let segment = Segment(scratch + group * Segment.floats)
      for way in 0..<Ways.ways {
        var single = Ways.lane(way, of: segment)
        let place = (row + group) * Ways.ways + way
        // Written twice, since only a number known when compiling makes single instructions.
        if lanes == columns {
          if let residual {
            single.add(Segment(residual + place * outputStride, floats: columns))
          }
          single.write(output + place * outputStride, floats: columns)
        } else {
          if let residual {
            single.add(Segment(residual + place * outputStride, floats: lanes))
          }
          single.write(output + place * outputStride, floats: lanes)
        }
      }
    }
  }
}

/// Calls `body` with room on the stack for a panel, three vectors for each row of a block, and for
/// a tile.
@inline(__always)
private func withRoom(_ body: (_ room: (panel: Output, tile: Output)) -> Void) {
  typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)
  typealias Many = (Eight, Eight, Eight, Eight, Eight, Eight)
  let zero = Vector.zero
  let eight: Eight = (zero, zero, zero, zero, zero, zero, zero, zero)
  let many: Many = (eight, eight, eight, eight, eight, eight)
  var panel = (many, many, many, many, many, many)
  withUnsafeMutableBytes(of: &panel) { bytes in
    guard let start = bytes.baseAddress else { return }
    let panel = start.assumingMemoryBound(to: Float.self)
    withTileScratch { tile in body((panel, tile)) }
  }
}
