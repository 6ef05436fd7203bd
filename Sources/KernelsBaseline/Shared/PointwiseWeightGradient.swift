import KernelInterface

/// Rows whose products are summed in registers before the sums go to memory. Part of the
/// result's bits, since it fixes the shape of the sum.
@inline(__always) private var rowBlock: Int { 128 }

@Sendable
func pointwiseWeightGradient(_ call: OuterProduct) {
  withPanel { panel in
    var row = 0
    // Without rows the gradient is zero, and one empty block says so.
    repeat {
      let rows = row..<min(row + rowBlock, call.rows)
      var column = 0
      while column < call.rightChannels {
        if call.rightChannels - column > width {
          multiplyPanel(call, rows, column, panel, VectorPair.self)
          column += 2 * width
        } else {
          multiplyPanel(call, rows, column, panel, SingleVector.self)
          column += width
        }
      }
      row = rows.upperBound
    } while row < call.rows
  }
}

/// Products of all left channels with the right channels of one panel, summed over a block of
/// rows. The panel is copied together first: every left tile reads it again, and rows that are a
/// power of two apart would push each other out of the first-level cache.
@inline(never)
private func multiplyPanel<Segment: RowSegment>(
  _ call: OuterProduct, _ rows: Range<Int>, _ column: Int, _ panel: Output, _: Segment.Type
) {
  let lanes = min(Segment.floats, call.rightChannels - column)
  let right = call.right + rows.lowerBound * call.rightStride + column
  let count = rows.upperBound - rows.lowerBound
  if lanes == Segment.floats {
    for row in 0..<count {
      Segment(right + row * call.rightStride).write(panel + row * Segment.floats)
    }
  } else {
    // What stands behind the lanes falls into products that are not stored.
    for row in 0..<count {
      copyRow(lanes, from: right + row * call.rightStride, to: panel + row * Segment.floats)
    }
  }
  let accumulates = call.accumulates || rows.lowerBound > 0
  let output = call.output + column
  withTileScratch { scratch in
    forEachTile(
      GradientPanel<Segment>(
        steps: count, left: call.left + rows.lowerBound * call.leftStride,
        leftStride: call.leftStride, right: UnsafePointer(panel),
        epilogue: ProductEpilogue(
          output: output, outputStride: call.outputStride,
          residual: accumulates ? UnsafePointer(output) : nil, residualStride: call.outputStride,
          activation: .identity, lanes: lanes, scratch: scratch)),
      0..<call.leftChannels)
  }
}

/// A tile's rows are left channels, its steps rows of the matrices.
private struct GradientPanel<Segment: RowSegment>: PanelLoop {
  var steps: Int
  var left: Input
  var leftStride: Int
  var right: Input
  var epilogue: ProductEpilogue

  @inline(__always)
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type) where Tile.Segment == Segment {
    var tile = Tile(repeating: .zero)
    accumulate(
      &tile, steps: steps, input: left + row, rowStride: 1, inputStride: leftStride,
      weights: right)
    epilogue.finish(tile, row: row)
  }
}

/// Calls `body` with room for a panel on the stack: two vectors for each row of a block.
@inline(__always)
private func withPanel(_ body: (Output) -> Void) {
  typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)
  typealias Many = (Eight, Eight, Eight, Eight, Eight, Eight, Eight, Eight)
  let zero = Vector.zero
  let eight: Eight = (zero, zero, zero, zero, zero, zero, zero, zero)
  let many: Many = (eight, eight, eight, eight, eight, eight, eight, eight)
  var panel = (many, many, many, many)
  withUnsafeMutableBytes(of: &panel) { bytes in
    if let start = bytes.baseAddress { body(start.assumingMemoryBound(to: Float.self)) }
  }
}
