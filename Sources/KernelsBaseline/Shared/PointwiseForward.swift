import KernelInterface

@Sendable
func pointwiseForward(_ call: PointwiseProduct) {
  let block = blockRows(call)
  var ahead = WeightsAhead(call)
  withUnsafeMutablePointer(to: &ahead) { ahead in
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
              call: call, rows: rows, column: column, weights: weights, scratch: scratch,
              ahead: ahead),
            panel)
          weights += call.inputChannels * panel.columns
          column += panel.columns
        }
        row = rows.upperBound
      }
    }
  }
}

/// Rows that stay near, with what is written of them, from one panel to the next: in the
/// second-level cache, or in the first where a few steps of narrow rows would pass faster than the
/// second delivers. All tile heights divide 48.
private func blockRows(_ call: PointwiseProduct) -> Int {
  let floats = max(call.inputChannels + call.outputChannels, 1)
  let first = PanelShape(columns: call.outputChannels, depth: call.inputChannels)
  let isShallow = call.inputChannels <= 16 && floats <= 128
  return isShallow && first.columns < call.outputChannels
    ? 6144 / floats / 48 * 48 : max(65_536 / floats / 48 * 48, 192)
}

/// Weights that are read later, most of them behind the first panel's, on their way into the
/// second-level cache: some bytes further with each step of a tile.
///
/// A panel of a few rows is done in the time that its successor's weights take to come, and
/// nothing else asks for them before it begins.
private struct WeightsAhead {
  private(set) var place: UnsafeRawPointer
  private let end: UnsafeRawPointer
  /// Bytes for each step: a line at most, so that none is left out.
  private let stepBytes: Int

  @inline(__always)
  init(_ call: PointwiseProduct) {
    let first = PanelShape(columns: call.outputChannels, depth: call.inputChannels)
    let start = call.fetchedFrom ?? call.weights
    let nearFloats = call.fetchedFrom == nil ? first.columns * call.inputChannels : 0
    place = UnsafeRawPointer(start + min(nearFloats, call.fetchedFloats))
    end = UnsafeRawPointer(start + call.fetchedFloats)
    let tileColumns = panelLimit * width
    let steps = max(
      call.rows * call.inputChannels * call.outputChannels / (tileHeight(panelLimit) * tileColumns),
      1)
    stepBytes = min((end - place + steps - 1) / steps, 64)
  }

  /// 0 at the end: what is asked for then is a line at hand.
  @inline(__always) var step: Int { place < end ? stepBytes : 0 }

  @inline(__always)
  mutating func move(to place: UnsafeRawPointer) { self.place = min(place, end) }
}

/// The columns of one panel for a block of rows.
private struct ForwardPanel: PanelProduct {
  var call: PointwiseProduct
  var rows: Range<Int>
  var column: Int
  var weights: Input
  var scratch: Output
  var ahead: UnsafeMutablePointer<WeightsAhead>

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
          scratch: scratch), ahead: ahead),
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
  var ahead: UnsafeMutablePointer<WeightsAhead>

  @inline(__always)
  func multiply<Tile: ProductTile>(_ row: Int, _: Tile.Type)
  where Tile.Segment == Segment, Tile.Ways == Ways {
    var tile = Tile(repeating: start)
    let input = input + row * inputStride
    // The highest tiles have no registers left.
    if Tile.rows > 2 && Tile.rows < 16 {
      var place = ahead.pointee.place
      let step = ahead.pointee.step
      accumulate(
        &tile, steps: steps, input: input, rowStride: inputStride, inputStride: Ways.ways,
        weights: weights
      ) { fetchLine(&place, step) }
      ahead.pointee.move(to: place)
    } else {
      accumulate(
        &tile, steps: steps, input: input, rowStride: inputStride, inputStride: Ways.ways,
        weights: weights)
    }
    epilogue.finishSums(tile, row: row)
  }
}
