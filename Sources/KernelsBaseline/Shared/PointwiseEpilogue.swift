import KernelInterface

/// What happens to the tiles of a matrix product on their way to memory.
struct ProductEpilogue {
  /// Of the panel's first column.
  var output: Output
  var outputStride: Int
  /// Added in front of the activation; its rows are as far apart as the output's.
  var residual: Input?
  var activation: KernelActivation
  /// Floats of a row that exist.
  var lanes: Int
  /// Room for a tile.
  var scratch: Output

  /// Panels whose columns all exist and need no more than clamping go straight from registers to
  /// memory, others through the scratch, since no tile's registers could hold what an activation
  /// needs besides.
  @inline(__always)
  func finish<Tile: ProductTile>(_ tile: Tile, row: Int) {
    if lanes < Tile.columns || activation.needsExtraPass {
      tile.write(scratch, Tile.Segment.floats, floats: Tile.Segment.floats)
      finishRows(row, Tile.rows, Tile.Segment.floats)
      return
    }
    var tile = tile
    if let residual {
      tile.add(residual + row * outputStride, outputStride, floats: Tile.columns)
    }
    if let range = activation.clampedRange {
      tile.limit(Vector(repeating: range.lower), Vector(repeating: range.upper))
    }
    tile.write(output + row * outputStride, outputStride, floats: Tile.columns)
  }

  /// Finishes a tile in which the sum of a column may be spread over its lanes.
  @inline(__always)
  func finishSums<Tile: ProductTile>(_ tile: Tile, row: Int) {
    if Tile.Ways.ways == 1 {
      finish(tile, row: row)
    } else if lanes == Tile.columns && activation.isIdentity && residual == nil {
      tile.writeSums(output + row * outputStride, outputStride)
    } else {
      var tile = tile
      tile.sumWays()
      finish(tile, row: row)
    }
  }

  @inline(never)
  private func finishRows(_ row: Int, _ rows: Int, _ stride: Int) {
    run(
      FinishLoop(
        rows: rows, lanes: lanes, values: scratch, stride: stride,
        output: output + row * outputStride, outputStride: outputStride,
        residual: residual.map { $0 + row * outputStride }),
      activation)
  }
}

private struct FinishLoop: ActivatedLoop {
  var rows: Int
  var lanes: Int
  var values: Input
  var stride: Int
  var output: Output
  var outputStride: Int
  var residual: Input?

  @inline(__always)
  func run<A: Activation>(_: A.Type) {
    for row in 0..<rows {
      @inline(__always)
      func step(_ offset: Int, _ lanes: Int) {
        var value = load(values + row * stride + offset)
        if let residual { value += load(residual + row * outputStride + offset, lanes: lanes) }
        store(A.value(value), output + row * outputStride + offset, lanes: lanes)
      }
      forEachVector(lanes, step)
    }
  }
}

/// Calls `body` with room for the largest tile on the stack.
@inline(__always)
func withTileScratch(_ body: (Output) -> Void) {
  typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)
  let zero = Vector.zero
  let eight: Eight = (zero, zero, zero, zero, zero, zero, zero, zero)
  var scratch = (eight, eight, eight)
  withUnsafeMutableBytes(of: &scratch) { bytes in
    if let start = bytes.baseAddress { body(start.assumingMemoryBound(to: Float.self)) }
  }
}
