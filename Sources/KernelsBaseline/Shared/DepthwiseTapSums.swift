import KernelInterface

// One to three tap rows of a depthwise weight gradient.

/// How many of some tap rows are summed together next, and in how many tiles: three, two or one,
/// whichever takes the fewest tiles a row.
@inline(__always)
func tapRowsTogether(of rows: Int, taps: Int) -> (rows: Int, tiles: Int) {
  let one = tapTiles(taps, tapTileLimit(1))
  let two = tapTiles(taps, tapTileLimit(2))
  let three = tapTiles(taps, tapTileLimit(3))
  // Four rows are two pairs unless three and one take fewer.
  let threeWin = 2 * three <= 3 * two && three <= 3 * one
  if rows >= 3 && threeWin && (rows != 4 || three + one < 2 * two) { return (3, three) }
  return rows >= 2 && two <= 2 * one ? (2, two) : (1, one)
}

@inline(__always)
private func tapTiles(_ taps: Int, _ limit: Int) -> Int { (taps + limit - 1) / limit }

/// Sums a tile of taps of one to three tap rows.
@inline(__always)
func correlateTapRows(_ call: TapRowsCorrelation) {
  switch call.taps {
  case 1: correlateTaps(call, Single.self)
  case 2: correlateTaps(call, Two<Single>.self)
  case 3: correlateTaps(call, Three<Single>.self)
  case 5 where tapTileLimit(1) > 4: correlateTaps(call, Stack<Four<Single>, Single>.self)
  case 6 where tapTileLimit(1) > 4: correlateTaps(call, Six<Single>.self)
  case 7 where tapTileLimit(1) > 4: correlateTaps(call, Stack<Four<Single>, Three<Single>>.self)
  case 8 where tapTileLimit(1) > 7: correlateTaps(call, Eight<Single>.self)
  case 9 where tapTileLimit(1) > 7: correlateTaps(call, Stack<Eight<Single>, Single>.self)
  case 10 where tapTileLimit(1) > 7: correlateTaps(call, Stack<Eight<Single>, Two<Single>>.self)
  case 11 where tapTileLimit(1) > 7: correlateTaps(call, Stack<Eight<Single>, Three<Single>>.self)
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
  } else if call.tapRows == 2 && Tile.count <= tapTileLimit(2) {
    correlateTwoTapRows(call, tapStep, Tile.self)
  } else if Tile.count <= tapTileLimit(3) {
    correlateThreeTapRows(call, tapStep, Tile.self)
  }
}

@inline(__always)
private func correlateOneTapRow<Tile: Accumulators>(
  _ call: TapRowsCorrelation, _ tapStep: Int, _: Tile.Type
) {
  var a = Tile(repeating: .zero)
  var place = call.ahead.pointee.current.start
  let step = call.ahead.pointee.step(multiplyAdds: call.tapRows * Tile.count)
  var row = call.input
  var y = 0
  repeat {
    var input = row
    var forA = gradientRow(call, y)
    var left = call.columns
    repeat {
      fetchLine(&place, step)
      a.accumulate(input, tapStep, load(forA))
      input += call.inputStep
      forA += width
      left -= 1
    } while left > 0
    row += call.inputRowStep
    y += 1
  } while y < call.rows
  call.ahead.pointee.turn(place)
  a.add(to: call.result)
}

@inline(__always)
private func correlateTwoTapRows<Tile: Accumulators>(
  _ call: TapRowsCorrelation, _ tapStep: Int, _: Tile.Type
) {
  var a = Tile(repeating: .zero)
  var b = Tile(repeating: .zero)
  var place = call.ahead.pointee.current.start
  let step = call.ahead.pointee.step(multiplyAdds: call.tapRows * Tile.count)
  var row = call.input
  var y = 0
  repeat {
    var input = row
    var forA = gradientRow(call, y)
    var forB = gradientRow(call, y - call.lag)
    var left = call.columns
    repeat {
      fetchLine(&place, step)
      Tile.accumulate(&a, &b, input, tapStep, load(forA), load(forB))
      input += call.inputStep
      forA += width
      forB += width
      left -= 1
    } while left > 0
    row += call.inputRowStep
    y += 1
  } while y < call.rows
  call.ahead.pointee.turn(place)
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
  var place = call.ahead.pointee.current.start
  let step = call.ahead.pointee.step(multiplyAdds: call.tapRows * Tile.count)
  var row = call.input
  var y = 0
  repeat {
    var input = row
    var forA = gradientRow(call, y)
    var forB = gradientRow(call, y - call.lag)
    var forC = gradientRow(call, y - 2 * call.lag)
    var left = call.columns
    repeat {
      fetchLine(&place, step)
      Tile.accumulate(&a, &b, &c, input, tapStep, load(forA), load(forB), load(forC))
      input += call.inputStep
      forA += width
      forB += width
      forC += width
      left -= 1
    } while left > 0
    row += call.inputRowStep
    y += 1
  } while y < call.rows
  call.ahead.pointee.turn(place)
  a.add(to: call.result)
  b.add(to: call.result + call.resultRowStep)
  c.add(to: call.result + 2 * call.resultRowStep)
}

@inline(__always)
private func gradientRow(_ call: TapRowsCorrelation, _ row: Int) -> Input {
  row >= call.firstGradientRow && row < call.endGradientRow
    ? call.gradient + row * call.gradientRowStep : call.zeros
}
