import KernelInterface

// One to three tap rows of a depthwise weight gradient.

/// Tap rows that are summed together: as many as fit in registers.
@inline(__always)
func tapRowsTogether(_ taps: Int) -> Int {
  taps * 3 <= tapAccumulators ? 3 : taps * 2 <= tapAccumulators ? 2 : 1
}

/// Accumulators of `tapTileLimit` taps of one tap row, or of fewer taps of several.
@inline(__always)
private var tapAccumulators: Int { tapTileLimit > 7 ? 22 : tapTileLimit > 4 ? 10 : 8 }

/// Sums up to `tapTileLimit` taps each of one to three tap rows.
@inline(__always)
func correlateTapRows(_ call: TapRowsCorrelation) {
  switch call.taps {
  case 1: correlateTaps(call, Single.self)
  case 2: correlateTaps(call, Two<Single>.self)
  case 3: correlateTaps(call, Three<Single>.self)
  case 5 where tapTileLimit > 4: correlateTaps(call, Stack<Four<Single>, Single>.self)
  case 6 where tapTileLimit > 4: correlateTaps(call, Six<Single>.self)
  case 7 where tapTileLimit > 4: correlateTaps(call, Stack<Four<Single>, Three<Single>>.self)
  case 8 where tapTileLimit > 7: correlateTaps(call, Eight<Single>.self)
  case 9 where tapTileLimit > 7: correlateTaps(call, Stack<Eight<Single>, Single>.self)
  case 10 where tapTileLimit > 7: correlateTaps(call, Stack<Eight<Single>, Two<Single>>.self)
  case 11 where tapTileLimit > 7: correlateTaps(call, Stack<Eight<Single>, Three<Single>>.self)
  default: correlateTaps(call, Four<Single>.self)
  }
}

@inline(never)
private func correlateTaps<Tile: Accumulators>(_ call: TapRowsCorrelation, _: Tile.Type) {
  if call.tapStep == width {
    correlateTaps(call, width, Tile.self)
  } else {
    correlateTaps(call, call.tapStep, Tile.self)
  }
}

@inline(__always)
private func correlateTaps<Tile: Accumulators>(
  _ call: TapRowsCorrelation, _ tapStep: Int, _: Tile.Type
) {
  if call.tapRows == 1 {
    correlateOneTapRow(call, tapStep, Tile.self)
  } else if call.tapRows == 2 && Tile.count * 2 <= tapAccumulators {
    correlateTwoTapRows(call, tapStep, Tile.self)
  } else if Tile.count * 3 <= tapAccumulators {
    correlateThreeTapRows(call, tapStep, Tile.self)
  }
}

@inline(__always)
private func correlateOneTapRow<Tile: Accumulators>(
  _ call: TapRowsCorrelation, _ tapStep: Int, _: Tile.Type
) {
  var a = Tile(repeating: .zero)
  var row = call.input
  var y = 0
  repeat {
    var input = row
    var forA = gradientRow(call, y)
    var left = call.columns
    repeat {
      a.accumulate(input, tapStep, load(forA))
      input += call.inputStep
      forA += width
      left -= 1
    } while left > 0
    fetchAhead(call)
    row += call.inputRowStep
    y += 1
  } while y < call.rows
  a.add(to: call.result)
}

@inline(__always)
private func correlateTwoTapRows<Tile: Accumulators>(
  _ call: TapRowsCorrelation, _ tapStep: Int, _: Tile.Type
) {
  var a = Tile(repeating: .zero)
  var b = Tile(repeating: .zero)
  var row = call.input
  var y = 0
  repeat {
    var input = row
    var forA = gradientRow(call, y)
    var forB = gradientRow(call, y - call.lag)
    var left = call.columns
    repeat {
      Tile.accumulate(&a, &b, input, tapStep, load(forA), load(forB))
      input += call.inputStep
      forA += width
      forB += width
      left -= 1
    } while left > 0
    fetchAhead(call)
    row += call.inputRowStep
    y += 1
  } while y < call.rows
  a.add(to: call.result)
  b.add(to: call.result + call.resultRowStep)
}

@inline(__always)
private func correlateThreeTapRows<Tile: Accumulators>(
  _ call: TapRowsCorrelation, _ tapStep: Int, _: Tile.Type
) {
  var a = Tile(repeating: .zero)
  var b = Tile(repeating: .zero)
  var c = Tile(repeating: .zero)
  var row = call.input
  var y = 0
  repeat {
    var input = row
    var forA = gradientRow(call, y)
    var forB = gradientRow(call, y - call.lag)
    var forC = gradientRow(call, y - 2 * call.lag)
    var left = call.columns
    repeat {
      Tile.accumulate(&a, &b, &c, input, tapStep, load(forA), load(forB), load(forC))
      input += call.inputStep
      forA += width
      forB += width
      forC += width
      left -= 1
    } while left > 0
    fetchAhead(call)
    row += call.inputRowStep
    y += 1
  } while y < call.rows
  a.add(to: call.result)
  b.add(to: call.result + call.resultRowStep)
  c.add(to: call.result + 2 * call.resultRowStep)
}

@inline(__always)
private func gradientRow(_ call: TapRowsCorrelation, _ row: Int) -> Input {
  row >= call.firstGradientRow && row < call.endGradientRow
    ? call.gradient + row * call.gradientRowStep : call.zeros
}

/// What is due of a row of inputs.
@inline(__always)
private func fetchAhead(_ call: TapRowsCorrelation) {
  if let ahead = call.ahead {
    ahead.pointee.advance(multiplyAdds: call.columns * call.tapRows * call.taps)
  }
}
