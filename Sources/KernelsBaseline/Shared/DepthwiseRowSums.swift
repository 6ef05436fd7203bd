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

/// The strides that matter are constants in the inner loop's addresses.
@inline(__always)
private func correlateTiles<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  if call.pixelStep != 1 {
    correlateStrides(call, Tile.self)
  } else if call.taps == 3 {
    correlateThreeTaps(call, Tile.self)
  } else if call.taps == 5 {
    correlateFiveTaps(call, Tile.self)
  } else {
    correlateNeighbors(call, Tile.self)
  }
}

@inline(never)
private func correlateNeighbors<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  correlateTiles(call, width, call.taps, Tile.self)
}

/// So few taps that a loop over them would cost as much as they do.
@inline(never)
private func correlateThreeTaps<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  correlateTiles(call, width, 3, Tile.self)
}

@inline(never)
private func correlateFiveTaps<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  correlateTiles(call, width, 5, Tile.self)
}

@inline(never)
private func correlateStrides<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  if call.pixelStep == 2 {
    correlateTiles(call, 2 * width, call.taps, Tile.self)
  } else {
    correlateTiles(call, call.pixelStep * width, call.taps, Tile.self)
  }
}

/// Where a row's width is no multiple of the tile's, the last tile sums some results again.
@inline(__always)
private func correlateTiles<Tile: Accumulators>(
  _ call: RowCorrelation, _ pixelStep: Int, _ taps: Int, _: Tile.Type
) {
  let start = call.bias.map { load($0, lanes: call.lanes) } ?? .zero
  var x = 0
  while x < call.results {
    let first = min(x, call.results - Tile.count)
    var upper = Tile(repeating: start)
    var lower = Tile(repeating: start)
    var source = call.source + first * pixelStep
    let ringEnd = call.ringEnd + first * pixelStep
    var forUpper = call.upperWeights
    var forLower = call.lowerWeights
    for _ in 0..<call.upperRows {
      sumTaps(call, taps, source, pixelStep, forUpper, &upper)
      forUpper += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    for _ in 0..<call.sharedRows {
      sumTaps(call, taps, source, pixelStep, forUpper, &upper, forLower, &lower)
      forUpper += call.weightRowStep
      forLower += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    for _ in 0..<call.lowerRows {
      sumTaps(call, taps, source, pixelStep, forLower, &lower)
      forLower += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    finish(call, &upper, call.upperFactors, first, call.upperResult)
    if let lowerResult = call.lowerResult {
      finish(call, &lower, call.lowerFactors, first, lowerResult)
    }
    if let ahead = call.ahead {
      let rows = call.upperRows + 2 * call.sharedRows + call.lowerRows
      ahead.pointee.advance(multiplyAdds: Tile.count * rows * call.taps)
    }
    x += Tile.count
  }
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
  _ call: RowCorrelation, _ taps: Int, _ source: Input, _ pixelStep: Int, _ weights: Input,
  _ tile: inout Tile
) {
  var source = source
  var weights = weights
  for _ in 0..<taps {
    tile.accumulate(source, pixelStep, load(weights))
    source += call.tapStep
    weights += call.weightStep
  }
}

@inline(__always)
private func sumTaps<Tile: Accumulators>(
  _ call: RowCorrelation, _ taps: Int, _ source: Input, _ pixelStep: Int, _ forUpper: Input,
  _ upper: inout Tile, _ forLower: Input, _ lower: inout Tile
) {
  var source = source
  var forUpper = forUpper
  var forLower = forLower
  for _ in 0..<taps {
    Tile.accumulate(&upper, &lower, source, pixelStep, load(forUpper), load(forLower))
    source += call.tapStep
    forUpper += call.weightStep
    forLower += call.weightStep
  }
}
