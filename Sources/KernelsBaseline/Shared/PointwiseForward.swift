import KernelInterface

@Sendable
func pointwiseForward(_ call: PointwiseProduct) {
  // Rows of a block stay in the second-level cache, with what is written of them, from one panel
  // to the next. All tile heights divide 48.
  let floats = max(call.inputChannels + call.outputChannels, 1)
  let block = max(65_536 / floats / 48 * 48, 192)
  withTileScratch { scratch in
    var row = 0
    while row < call.rows {
      let rows = row..<min(row + block, call.rows)
      var weights = call.weights
      var column = 0
      while column < call.outputChannels {
        let panel = PanelShape(columns: call.outputChannels - column, depth: call.inputChannels)
        run(
          ForwardPanel(
            call: call, rows: rows, column: column, weights: weights, scratch: scratch),
          panel)
        weights += call.inputChannels * panel.columns
        column += panel.columns
      }
      row = rows.upperBound
    }
  }
}

/// The columns of one panel for a block of rows.
private struct ForwardPanel: PanelProduct {
  var call: PointwiseProduct
  var rows: Range<Int>
  var column: Int
  var weights: Input
  var scratch: Output

  @inline(never)
  func multiply<Segment: RowSegment, Ways: Interleaving>(_: Segment.Type, _: Ways.Type) {
    let lanes = min(Segment.floats / Ways.ways, call.outputChannels - column)
    var start = Segment.zero
    if let bias = call.bias {
      // The first of a column's lanes starts with the bias, the others at zero.
      Segment.zero.write(scratch)
      for lane in 0..<lanes { scratch[lane * Ways.ways] = bias[column + lane] }
      start = Segment(scratch)
    }
    forEachTile(
      ForwardTiles<Segment, Ways>(
        steps: call.inputChannels / Ways.ways, input: call.input,
        inputStride: call.inputStride, weights: weights, start: start,
        epilogue: ProductEpilogue(
          output: call.output + column, outputStride: call.outputStride,
          residual: call.residual.map { $0 + column }, activation: call.activation, lanes: lanes,
          scratch: scratch)),
      rows)
  }
}

private struct ForwardTiles<Segment: RowSegment, Ways: Interleaving>: TileLoop {
  var steps: Int
  var input: Input
  var inputStride: Int
  var weights: Input
  /// The bias.
  var start: Segment
  var epilogue: ProductEpilogue

  @inline(__always)
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type)
  where Tile.Segment == Segment, Tile.Ways == Ways {
    var tile = Tile(repeating: start)
    accumulate(
      &tile, steps: steps, input: input + row * inputStride, rowStride: inputStride,
      inputStride: Ways.ways, weights: weights)
    tile.sumWays()
    epilogue.finish(tile, row: row)
  }
}
