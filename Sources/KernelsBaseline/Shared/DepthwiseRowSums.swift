import KernelInterface

// One or two rows of results of a depthwise convolution, or of its input gradient.

/// Sums one or two rows of results, tile by tile.
@inline(__always)
func correlate(_ call: RowCorrelation) {
  switch call.tile {
  case 1: correlateTiles(call, Single.self)
  case 2: correlateTiles(call, Two<Single>.self)
  case 3: correlateTiles(call, Three<Single>.self)
  case 5 where pixelTileWidth > 4: correlateTiles(call, Stack<Four<Single>, Single>.self)
  case 6 where pixelTileWidth > 4: correlateTiles(call, Six<Single>.self)
  case 7 where pixelTileWidth > 6: correlateTiles(call, Stack<Four<Single>, Three<Single>>.self)
  case 8 where pixelTileWidth > 6: correlateTiles(call, Eight<Single>.self)
  default: correlateTiles(call, Four<Single>.self)
  }
}

/// The strides that matter are constants in the inner loop's addresses, and few taps straight code.
@inline(__always)
private func correlateTiles<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  if call.pixelStep != 1 {
    correlateStrides(call, Tile.self)
    return
  }
  switch call.taps {
  case 1: correlateNeighbors(call, OneTap.self, Tile.self)
  case 2: correlateNeighbors(call, TwoTaps.self, Tile.self)
  case 3 where call.upperRows == 1 && call.sharedRows == 2 && call.lowerRows == 1:
    correlateThreeByThree(call, Tile.self)
  case 3: correlateNeighbors(call, ThreeTaps.self, Tile.self)
  default: correlateNeighbors(call, ManyTaps.self, Tile.self)
  }
}

/// The taps of a row, if they are so few that a loop over them would cost as much as they do.
private protocol TapRow {
  static var taps: Int? { get }
}

private enum OneTap: TapRow { @inline(__always) static var taps: Int? { 1 } }
private enum TwoTaps: TapRow { @inline(__always) static var taps: Int? { 2 } }
private enum ThreeTaps: TapRow { @inline(__always) static var taps: Int? { 3 } }
private enum ManyTaps: TapRow { @inline(__always) static var taps: Int? { nil } }

@inline(never)
private func correlateNeighbors<Row: TapRow, Tile: Accumulators>(
  _ call: RowCorrelation, _: Row.Type, _: Tile.Type
) {
  correlateTiles(call, width, Row.taps, nil, Tile.self)
}

/// Two rows of results away from the image's border.
@inline(never)
private func correlateThreeByThree<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  correlateTiles(call, width, 3, (1, 2, 1), Tile.self)
}

@inline(never)
private func correlateStrides<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  if call.pixelStep == 2 {
    correlateTiles(call, 2 * width, nil, nil, Tile.self)
  } else {
    correlateTiles(call, call.pixelStep * width, nil, nil, Tile.self)
  }
}

/// - Parameters:
///   - taps: a constant, or nil for what the call says; `rows`, of sources, alike.
@inline(__always)
private func correlateTiles<Tile: Accumulators>(
  _ call: RowCorrelation, _ pixelStep: Int, _ taps: Int?,
  _ rows: (upper: Int, shared: Int, lower: Int)?, _: Tile.Type
) {
  if call.ahead.pointee.rate == 0 {
    correlateTiles(call, pixelStep, taps, rows, fetches: false, Tile.self)
  } else {
    correlateTiles(call, pixelStep, taps, rows, fetches: true, Tile.self)
  }
}

/// Where a row's width is no multiple of the tile's, the last tile sums some results again.
///
/// - Parameter fetches: a constant; whether each tap fetches a line ahead.
@inline(__always)
private func correlateTiles<Tile: Accumulators>(
  _ call: RowCorrelation, _ pixelStep: Int, _ taps: Int?,
  _ rows: (upper: Int, shared: Int, lower: Int)?, fetches: Bool, _: Tile.Type
) {
  let start = call.bias.map { load($0, lanes: call.lanes) } ?? .zero
  var place = call.ahead.pointee.current.start
  let step = fetches ? call.ahead.pointee.step(multiplyAdds: 2 * Tile.count) : nil
  var x = 0
  while x < call.results {
    let first = min(x, call.results - Tile.count)
    var upper = Tile(repeating: start)
    var lower = Tile(repeating: start)
    var source = call.source + first * pixelStep
    let ringEnd = call.ringEnd + first * pixelStep
    var forUpper = call.upperWeights
    var forLower = call.lowerWeights
    for _ in 0..<(rows?.upper ?? call.upperRows) {
      sumTaps(call, taps, source, pixelStep, forUpper, &upper, &place, step.map { $0 / 2 })
      forUpper += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    for _ in 0..<(rows?.shared ?? call.sharedRows) {
      sumTaps(call, taps, source, pixelStep, forUpper, &upper, forLower, &lower, &place, step)
      forUpper += call.weightRowStep
      forLower += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    for _ in 0..<(rows?.lower ?? call.lowerRows) {
      sumTaps(call, taps, source, pixelStep, forLower, &lower, &place, step.map { $0 / 2 })
      forLower += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    finish(call, &upper, call.upperFactors, first, call.upperResult)
    if let lowerResult = call.lowerResult {
      finish(call, &lower, call.lowerFactors, first, lowerResult)
    }
    x += Tile.count
  }
  if fetches { call.ahead.pointee.turn(place) }
}

/// A row's results from the column `first` on, on their way to memory.
@inline(__always)
private func finish<Tile: Accumulators>(
  _ call: RowCorrelation, _ tile: inout Tile, _ factors: Input?, _ first: Int, _ row: Output
) {
  if let factors { tile.multiply(factors + first * call.factorStep, call.factorStep) }
  if call.clamps {
    tile.limit(Vector(repeating: call.lower), Vector(repeating: call.upper))
  }
  let result = row + first * call.resultStep
  if call.lanes == width {
    tile.write(to: result, call.resultStep)
  } else {
    tile.write(to: result, call.resultStep, lanes: call.lanes)
  }
}

@inline(__always)
private func sumTaps<Tile: Accumulators>(
  _ call: RowCorrelation, _ taps: Int?, _ source: Input, _ pixelStep: Int, _ weights: Input,
  _ tile: inout Tile, _ place: inout UnsafeRawPointer, _ step: Int?
) {
  var weights = weights
  forEachTap(call, taps, source) { source in
    if let step { fetchLine(&place, step) }
    tile.accumulate(source, pixelStep, load(weights))
    weights += call.weightStep
  }
}

@inline(__always)
private func sumTaps<Tile: Accumulators>(
  _ call: RowCorrelation, _ taps: Int?, _ source: Input, _ pixelStep: Int, _ forUpper: Input,
  _ upper: inout Tile, _ forLower: Input, _ lower: inout Tile, _ place: inout UnsafeRawPointer,
  _ step: Int?
) {
  var forUpper = forUpper
  var forLower = forLower
  forEachTap(call, taps, source) { source in
    if let step { fetchLine(&place, step) }
    Tile.accumulate(&upper, &lower, source, pixelStep, load(forUpper), load(forLower))
    forUpper += call.weightStep
    forLower += call.weightStep
  }
}

/// Calls `body` with the source of each tap of a row.
@inline(__always)
private func forEachTap(
  _ call: RowCorrelation, _ taps: Int?, _ source: Input, _ body: (_ source: Input) -> Void
) {
  var source = source
  if let taps {
    for _ in 0..<taps {
      body(source)
      source += call.tapStep
    }
  } else {
    // The compiler can't count the turns of a loop that ends so, and doesn't unroll it: taps are
    // mostly odd in number, and mending the last one costs more than unrolling gains.
    let end = source + call.taps * call.tapStep
    while source != end {
      body(source)
      source += call.tapStep
    }
  }
}
