import KernelInterface

// The inner loops of the depthwise kernels. Sources lie in padded scratch rows, one aligned
// vector per pixel, so a tile is a run of accumulators whose sources are a constant number of
// floats apart: each tap loads its weight, and a source for every multiply-add or two.
//
// Every type here is private: what a type's metadata drags along (copies of its values, generic
// code that was not specialised) would otherwise be compiled with this target's instructions
// under names that the linker shares between targets.

// MARK: Tiles

/// Registers put together: a tile of any width is a stack of smaller ones, and every operation
/// on it unrolls into operations on single vectors.
private struct Stack<Upper, Lower> {
  var upper: Upper
  var lower: Lower
}

private typealias Two<Element> = Stack<Element, Element>
private typealias Three<Element> = Stack<Two<Element>, Element>
private typealias Four<Element> = Two<Two<Element>>
private typealias Six<Element> = Stack<Four<Element>, Two<Element>>
private typealias Eight<Element> = Two<Four<Element>>

/// A register tile: accumulators of neighboring results.
private protocol Accumulators {
  static var count: Int { get }
  init(repeating vector: Vector)
  /// `self[p] += source[p] * factor`, with `step` floats from source to source.
  mutating func accumulate(_ source: Input, _ step: Int, _ factor: Vector)
  /// The same for two tiles that share their sources; each is loaded once.
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ source: Input, _ step: Int, _ forA: Vector,
    _ forB: Vector)
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ c: inout Self, _ source: Input, _ step: Int,
    _ forA: Vector, _ forB: Vector, _ forC: Vector)
  /// `self[p] *= factors[p]`
  mutating func multiply(_ factors: Input, _ step: Int)
  func store(to result: Output, _ step: Int, _ epilogue: Epilogue)
  /// `result[p] += self[p]`, one vector behind the other.
  func add(to result: Output)
}

/// What happens to a tile's results on their way to memory.
private struct Epilogue {
  var lanes: Int
  var clamps: Bool
  var lower: Vector
  var upper: Vector
}

private struct Single: Accumulators {
  var vector: Vector

  @inline(__always) static var count: Int { 1 }

  @inline(__always)
  init(repeating vector: Vector) { self.vector = vector }

  @inline(__always)
  mutating func accumulate(_ source: Input, _ step: Int, _ factor: Vector) {
    vector = multiplyAdd(load(source), factor, vector)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Single, _ b: inout Single, _ source: Input, _ step: Int, _ forA: Vector,
    _ forB: Vector
  ) {
    let shared = load(source)
    a.vector = multiplyAdd(shared, forA, a.vector)
    b.vector = multiplyAdd(shared, forB, b.vector)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Single, _ b: inout Single, _ c: inout Single, _ source: Input, _ step: Int,
    _ forA: Vector, _ forB: Vector, _ forC: Vector
  ) {
    let shared = load(source)
    a.vector = multiplyAdd(shared, forA, a.vector)
    b.vector = multiplyAdd(shared, forB, b.vector)
    c.vector = multiplyAdd(shared, forC, c.vector)
  }

  @inline(__always)
  mutating func multiply(_ factors: Input, _ step: Int) { vector *= load(factors) }

  @inline(__always)
  func store(to result: Output, _ step: Int, _ epilogue: Epilogue) {
    let value = epilogue.clamps ? clamp(vector, epilogue.lower, epilogue.upper) : vector
    write(value, result, lanes: epilogue.lanes)
  }

  @inline(__always)
  func add(to result: Output) { write(load(result) + vector, result, lanes: width) }
}

extension Stack: Accumulators where Upper: Accumulators, Lower: Accumulators {
  @inline(__always) static var count: Int { Upper.count + Lower.count }

  @inline(__always)
  init(repeating vector: Vector) {
    self.init(upper: Upper(repeating: vector), lower: Lower(repeating: vector))
  }

  @inline(__always)
  mutating func accumulate(_ source: Input, _ step: Int, _ factor: Vector) {
    upper.accumulate(source, step, factor)
    lower.accumulate(source + Upper.count * step, step, factor)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ source: Input, _ step: Int, _ forA: Vector,
    _ forB: Vector
  ) {
    let rest = source + Upper.count * step
    Upper.accumulate(&a.upper, &b.upper, source, step, forA, forB)
    Lower.accumulate(&a.lower, &b.lower, rest, step, forA, forB)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ c: inout Self, _ source: Input, _ step: Int,
    _ forA: Vector, _ forB: Vector, _ forC: Vector
  ) {
    let rest = source + Upper.count * step
    Upper.accumulate(&a.upper, &b.upper, &c.upper, source, step, forA, forB, forC)
    Lower.accumulate(&a.lower, &b.lower, &c.lower, rest, step, forA, forB, forC)
  }

  @inline(__always)
  mutating func multiply(_ factors: Input, _ step: Int) {
    upper.multiply(factors, step)
    lower.multiply(factors + Upper.count * step, step)
  }

  @inline(__always)
  func store(to result: Output, _ step: Int, _ epilogue: Epilogue) {
    upper.store(to: result, step, epilogue)
    lower.store(to: result + Upper.count * step, step, epilogue)
  }

  @inline(__always)
  func add(to result: Output) {
    upper.add(to: result)
    lower.add(to: result + Upper.count * width)
  }
}

@inline(__always)
private func write(_ vector: Vector, _ result: Output, lanes: Int) {
  if lanes == width { store(vector, result) } else { store(vector, result, lanes: lanes) }
}

// MARK: Correlation of rows

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
@inline(never)
private func correlateTiles<Tile: Accumulators>(_ call: RowCorrelation, _: Tile.Type) {
  switch call.pixelStep {
  case 1: correlateTiles(call, width, Tile.self)
  case 2: correlateTiles(call, 2 * width, Tile.self)
  default: correlateTiles(call, call.pixelStep * width, Tile.self)
  }
}

/// Where a row's width is no multiple of the tile's, the last tile sums some results again.
@inline(__always)
private func correlateTiles<Tile: Accumulators>(
  _ call: RowCorrelation, _ pixelStep: Int, _: Tile.Type
) {
  let start = call.bias.map { load($0, lanes: call.lanes) } ?? .zero
  let epilogue = Epilogue(
    lanes: call.lanes, clamps: call.clamps, lower: Vector(repeating: call.lower),
    upper: Vector(repeating: call.upper))
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
      sumTaps(call, source, pixelStep, forUpper, &upper)
      forUpper += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    for _ in 0..<call.sharedRows {
      sumTaps(call, source, pixelStep, forUpper, &upper, forLower, &lower)
      forUpper += call.weightRowStep
      forLower += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    for _ in 0..<call.lowerRows {
      sumTaps(call, source, pixelStep, forLower, &lower)
      forLower += call.weightRowStep
      source += call.sourceRowStep
      if source >= ringEnd { source -= call.ringFloats }
    }
    if let factors = call.upperFactors {
      upper.multiply(factors + first * call.factorStep, call.factorStep)
    }
    upper.store(to: call.upperResult + first * call.resultStep, call.resultStep, epilogue)
    if let lowerResult = call.lowerResult {
      if let factors = call.lowerFactors {
        lower.multiply(factors + first * call.factorStep, call.factorStep)
      }
      lower.store(to: lowerResult + first * call.resultStep, call.resultStep, epilogue)
    }
    if let ahead = call.ahead {
      let rows = call.upperRows + 2 * call.sharedRows + call.lowerRows
      ahead.pointee.advance(multiplyAdds: Tile.count * rows * call.taps)
    }
    x += Tile.count
  }
}

@inline(__always)
private func sumTaps<Tile: Accumulators>(
  _ call: RowCorrelation, _ source: Input, _ pixelStep: Int, _ weights: Input,
  _ tile: inout Tile
) {
  var source = source
  var weights = weights
  for _ in 0..<call.taps {
    tile.accumulate(source, pixelStep, load(weights))
    source += call.tapStep
    weights += call.weightStep
  }
}

@inline(__always)
private func sumTaps<Tile: Accumulators>(
  _ call: RowCorrelation, _ source: Input, _ pixelStep: Int, _ forUpper: Input,
  _ upper: inout Tile, _ forLower: Input, _ lower: inout Tile
) {
  var source = source
  var forUpper = forUpper
  var forLower = forLower
  for _ in 0..<call.taps {
    Tile.accumulate(&upper, &lower, source, pixelStep, load(forUpper), load(forLower))
    source += call.tapStep
    forUpper += call.weightStep
    forLower += call.weightStep
  }
}

// MARK: Correlation of rows of taps

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
