import KernelInterface

@Sendable
func pointwiseForward(_ call: PointwiseProduct) {
  // Rows of a block stay in the second-level cache, with what is written of them, from one panel
  // to the next. All tile heights divide 48.
  let floats = max(call.inputChannels + call.outputChannels, 1)
  let block = max(65_536 / floats / 48 * 48, 192)
  var row = 0
  while row < call.rows {
    let rows = row..<min(row + block, call.rows)
    var column = 0
    while column < call.outputChannels {
      let vectors = panelVectors(call.outputChannels - column)
      switch vectors {
      case 1: multiplyPanel(call, rows, column, SingleVector.self)
      case 2: multiplyPanel(call, rows, column, VectorPair.self)
      default:
        if panelLimit == 3 { multiplyPanel(call, rows, column, VectorTriple.self) }
      }
      column += vectors * width
    }
    row = rows.upperBound
  }
}

/// The columns of one panel for a block of rows.
@inline(never)
private func multiplyPanel<Segment: RowSegment>(
  _ call: PointwiseProduct, _ rows: Range<Int>, _ column: Int, _: Segment.Type
) {
  let lanes = min(Segment.floats, call.outputChannels - column)
  withTileScratch { scratch in
    var start = Segment.zero
    if let bias = call.bias {
      copyRow(lanes, from: bias + column, to: scratch)
      start = Segment(scratch)
    }
    forEachTile(
      ForwardPanel(
        steps: call.inputChannels, input: call.input, inputStride: call.inputStride,
        weights: call.weights + column * call.inputChannels, start: start,
        epilogue: ProductEpilogue(
          output: call.output + column, outputStride: call.outputStride,
          residual: call.residual.map { $0 + column }, residualStride: call.residualStride,
          activation: call.activation, lanes: lanes, scratch: scratch)),
      rows)
  }
}

private struct ForwardPanel<Segment: RowSegment>: PanelLoop {
  var steps: Int
  var input: Input
  var inputStride: Int
  var weights: Input
  /// The bias.
  var start: Segment
  var epilogue: ProductEpilogue

  @inline(__always)
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type) where Tile.Segment == Segment {
    var tile = Tile(repeating: start)
    accumulate(
      &tile, steps: steps, input: input + row * inputStride, rowStride: inputStride,
      inputStride: 1, weights: weights)
    epilogue.finish(tile, row: row)
  }
}
