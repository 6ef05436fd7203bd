import KernelInterface

// Weights are packed in panels of output channels, two vectors wide, the last one vector wide
// if that is enough; each panel is [inputChannels, panel width], padded with zeros:
//
//     columns      0 ... 31        32 ... 63       64 ... 79 (of 70)
//     packed     [ k × 32 floats ][ k × 32 floats ][ k × 16 floats ]

let pointwiseKernels = PointwiseKernels(
  packedCount: pointwisePackedCount, pack: packPointwise, forward: pointwiseForward,
  weightGradient: pointwiseWeightGradient)

@Sendable
private func pointwisePackedCount(_ inputChannels: Int, _ outputChannels: Int) -> Int {
  inputChannels * ((outputChannels + width - 1) / width * width)
}

@Sendable
private func packPointwise(_ matrix: WeightMatrix, _ packed: Output) {
  var destination = packed
  var column = 0
  while column < matrix.outputChannels {
    let rest = matrix.outputChannels - column
    let panel = rest > width ? 2 * width : width
    for k in 0..<matrix.inputChannels {
      let source = matrix.values + k * matrix.inputStride + column * matrix.outputStride
      for n in 0..<panel {
        destination[n] = n < rest ? source[n * matrix.outputStride] : 0
      }
      destination += panel
    }
    column += panel
  }
}

@Sendable
private func pointwiseForward(_ call: PointwiseProduct) {
  // As many rows at once as leave half of a 1 MB second-level cache to the weights.
  let block = max(131_072 / max(call.inputChannels, 1), 64)
  var row = 0
  while row < call.rows {
    let rows = row..<min(row + block, call.rows)
    var column = 0
    while column < call.outputChannels {
      if call.outputChannels - column > width {
        multiplyPanel(call, rows, column, VectorPair.self)
        column += 2 * width
      } else {
        multiplyPanel(call, rows, column, SingleVector.self)
        column += width
      }
    }
    row = rows.upperBound
  }
}

/// The columns of one panel for a block of rows, by tiles of falling height.
@inline(never)
private func multiplyPanel<Segment: RowSegment>(
  _ call: PointwiseProduct, _ rows: Range<Int>, _ column: Int, _: Segment.Type
) {
  typealias Row = ProductRow<Segment>
  let lanes = min(Segment.floats, call.outputChannels - column)
  var start = Segment.zero
  if let bias = call.bias { start = Segment(bias + column, lanes: lanes) }
  var row = rows.lowerBound
  let end = rows.upperBound
  while end - row >= RowTile<Row>.rows {
    multiplyTile(call, row, column, lanes, RowTile<Row>(repeating: start))
    row += RowTile<Row>.rows
  }
  if end - row >= 4 {
    multiplyTile(call, row, column, lanes, Four<Row>(repeating: start))
    row += 4
  }
  if end - row >= 2 {
    multiplyTile(call, row, column, lanes, Two<Row>(repeating: start))
    row += 2
  }
  if end - row >= 1 {
    multiplyTile(call, row, column, lanes, Row(repeating: start))
  }
}

@inline(__always)
private func multiplyTile<Tile: ProductTile>(
  _ call: PointwiseProduct, _ row: Int, _ column: Int, _ lanes: Int, _ start: Tile
) {
  var tile = start
  accumulate(
    &tile, steps: call.inputChannels, input: call.input + row * call.inputStride,
    rowStride: call.inputStride, inputStride: 1,
    weights: call.weights + column * call.inputChannels, weightStride: Tile.Segment.floats)
  var epilogue = Epilogue(lanes: lanes)
  if let residual = call.residual {
    epilogue.residual = residual + row * call.residualStride + column
    epilogue.residualStride = call.residualStride
  }
  if call.activation == .relu || call.activation == .relu6 { epilogue.lower = 0 }
  if call.activation == .relu6 { epilogue.upper = 6 }
  let output = call.output + row * call.outputStride + column
  tile.store(output, stride: call.outputStride, epilogue)
  if call.activation.needsExtraPass {
    // The tile is still in the first-level cache.
    for r in 0..<Tile.rows {
      let place = output + r * call.outputStride
      activate(lanes, call.activation, place, place)
    }
  }
}

extension KernelActivation {
  /// Whether more than clamping is to be done.
  @inline(__always)
  var needsExtraPass: Bool {
    switch self {
    case .identity, .relu, .relu6: false
    case .swish, .hardSwish, .sigmoid, .hardSigmoid: true
    }
  }
}
