import KernelInterface

// The inner loops of the depthwise kernels. A tile of pixels of one row is summed over all taps
// in registers. Its sources slide through a second tile, a window: one load feeds as many
// products as the tile has pixels.
//
// Every type here is private: what a type's metadata drags along (copies of its values, generic
// code that was not specialised) would otherwise be compiled with this target's instructions
// under names that the linker shares between targets.

// MARK: Tiles

/// Registers put together: a tile of any width is a stack of smaller ones, and every operation
/// on it unrolls into operations on single pixels.
private struct Stack<Upper, Lower> {
  var upper: Upper
  var lower: Lower
}

private typealias Two<Element> = Stack<Element, Element>
private typealias Three<Element> = Stack<Two<Element>, Element>
private typealias Four<Element> = Two<Two<Element>>
private typealias Six<Element> = Stack<Four<Element>, Two<Element>>
private typealias Eight<Element> = Two<Four<Element>>

/// A register tile of a depthwise convolution: vectors of channels of neighboring pixels.
private protocol PixelGroup {
  static var count: Int { get }
  init(repeating vector: Vector)
  /// The pixels `first`, `first + step`, and so on.
  init(_ columns: Columns, first: Int, step: Int)
  /// `self[p] += window[p] * weight`.
  mutating func accumulate(_ window: Self, _ weight: Vector)
  /// Moves every pixel one place down, puts `vector` last, and returns what was first.
  mutating func push(_ vector: Vector) -> Vector
  /// Writes whole vectors, one behind the other.
  func store(to strip: Output)
}

/// One vector of channels of a row of pixels, of which only whole vectors inside memory may be
/// asked for. With fewer channels than lanes, the other lanes hold the next pixel's channels.
private struct Columns {
  var row: Input
  var stride: Int

  @inline(__always)
  subscript(_ column: Int) -> Vector { load(row + column * stride) }
}

private struct Pixel: PixelGroup {
  var vector: Vector

  @inline(__always) static var count: Int { 1 }

  @inline(__always)
  init(repeating vector: Vector) { self.vector = vector }

  @inline(__always)
  init(_ columns: Columns, first: Int, step: Int) { vector = columns[first] }

  @inline(__always)
  mutating func accumulate(_ window: Pixel, _ weight: Vector) {
    vector = multiplyAdd(window.vector, weight, vector)
  }

  @inline(__always)
  mutating func push(_ vector: Vector) -> Vector {
    let first = self.vector
    self.vector = vector
    return first
  }

  @inline(__always)
  func store(to strip: Output) {
    UnsafeMutableRawPointer(strip).storeBytes(of: vector, as: Vector.self)
  }
}

extension Stack: PixelGroup where Upper: PixelGroup, Lower: PixelGroup {
  @inline(__always) static var count: Int { Upper.count + Lower.count }

  @inline(__always)
  init(repeating vector: Vector) {
    self.init(upper: Upper(repeating: vector), lower: Lower(repeating: vector))
  }

  @inline(__always)
  init(_ columns: Columns, first: Int, step: Int) {
    self.init(
      upper: Upper(columns, first: first, step: step),
      lower: Lower(columns, first: first + Upper.count * step, step: step))
  }

  @inline(__always)
  mutating func accumulate(_ window: Self, _ weight: Vector) {
    upper.accumulate(window.upper, weight)
    lower.accumulate(window.lower, weight)
  }

  @inline(__always)
  mutating func push(_ vector: Vector) -> Vector { upper.push(lower.push(vector)) }

  @inline(__always)
  func store(to strip: Output) {
    upper.store(to: strip)
    lower.store(to: strip + Upper.count * width)
  }
}

/// Stack memory for a few vectors of neighboring pixels, where a tile meets what must not run in
/// its inner loop: borders, pixels of fewer channels than lanes, the end of a tensor.
private struct Strip {
  let vectors: Output
  @inline(__always) static var count: Int { 32 }

  /// Copies `count` pixels of a row, zeros for those outside of `0..<sourceWidth` and in the
  /// lanes that are not real.
  @inline(never)
  func fill(
    _ count: Int, row: Input, stride: Int, first: Int, step: Int, sourceWidth: Int, lanes: Int
  ) {
    let inside = tapsInside(first, step: step, taps: count, size: sourceWidth)
    for i in 0..<inside.lowerBound { store(.zero, vectors + i * width) }
    var source = row + (first + inside.lowerBound * step) * stride
    for i in inside {
      store(load(source, lanes: lanes), vectors + i * width)
      source += step * stride
    }
    for i in inside.upperBound..<count { store(.zero, vectors + i * width) }
  }

  /// Copies the strip's first pixels to a row, clamped, the real lanes only.
  @inline(never)
  func write(_ count: Int, _ call: RowCorrelation, _ result: Output, stride: Int) {
    let lower = Vector(repeating: call.lower)
    let upper = Vector(repeating: call.upper)
    for i in 0..<count {
      let pixel = clamp(load(vectors + i * width), lower, upper)
      store(pixel, result + i * stride, lanes: call.lanes)
    }
  }

  var columns: Columns {
    @inline(__always) get { Columns(row: vectors, stride: width) }
  }
}

// MARK: Correlation of a row

/// Sums the results of one phase of a row, tile by tile.
@inline(never)
func correlate(_ call: RowCorrelation, _ axis: AxisPhase, _ scratch: Output) {
  let strip = Strip(vectors: scratch)
  var p = 0
  while p < axis.results {
    let rest = axis.results - p
    if axis.advance > 2 {
      // Strides of 3 and more are rare, and a strip would not hold their tiles' sources.
      correlateTile(call, axis, p, strip, Pixel.self)
      p += 1
    } else if rest > 4 && pixelTileWidth == 8 {
      correlateTile(call, axis, p, strip, Eight<Pixel>.self)
      p += 8
    } else if rest > 4 && pixelTileWidth == 6 {
      correlateTile(call, axis, p, strip, Six<Pixel>.self)
      p += 6
    } else {
      correlateTile(call, axis, p, strip, Four<Pixel>.self)
      p += 4
    }
  }
}

@inline(never)
private func correlateTile<Tile: PixelGroup>(
  _ call: RowCorrelation, _ axis: AxisPhase, _ p: Int, _ strip: Strip, _: Tile.Type
) {
  let first = axis.firstSource + axis.sourceStep * axis.advance * p
  let last = first + axis.sourceStep * (axis.advance * (Tile.count - 1) + axis.taps - 1)
  let end = (call.tapRows - 1) * call.rowStride + last * call.pixelStride + width
  var tile = Tile(repeating: call.bias.map { load($0, lanes: call.lanes) } ?? .zero)
  if first >= 0 && last < call.sourceWidth && end <= call.sourceFloats {
    sumInside(&tile, call, axis, first)
  } else {
    sumAcrossBorder(&tile, call, axis, first, strip)
  }
  tile.store(to: strip.vectors)
  strip.write(
    min(Tile.count, axis.results - p), call,
    call.result + (axis.firstResult + p * axis.resultStep) * call.pixelStride,
    stride: axis.resultStep * call.pixelStride)
}

/// The smaller numbers of taps are literals, so that the loop over them unrolls.
@inline(__always)
private func sumInside<Tile: PixelGroup>(
  _ tile: inout Tile, _ call: RowCorrelation, _ axis: AxisPhase, _ first: Int
) {
  var sources = Columns(
    row: call.source + first * call.pixelStride, stride: axis.sourceStep * call.pixelStride)
  var weights = Columns(row: call.weights, stride: call.weightStride)
  for _ in 0..<call.tapRows {
    switch (axis.advance, axis.taps) {
    case (1, 3): slide(&tile, sources, weights, taps: 3)
    case (1, 5): slide(&tile, sources, weights, taps: 5)
    case (1, 7): slide(&tile, sources, weights, taps: 7)
    case (1, _): slide(&tile, sources, weights, taps: axis.taps)
    default: leap(&tile, sources, weights, taps: axis.taps, advance: axis.advance)
    }
    sources.row += call.rowStride
    weights.row += call.weightRowStride
  }
}

/// Through a strip that has zeros where the row has nothing, as many taps at once as fit.
@inline(__always)
private func sumAcrossBorder<Tile: PixelGroup>(
  _ tile: inout Tile, _ call: RowCorrelation, _ axis: AxisPhase, _ first: Int, _ strip: Strip
) {
  let reach = axis.advance * (Tile.count - 1)
  var row = call.source
  var weights = call.weights
  for _ in 0..<call.tapRows {
    var tap = 0
    while tap < axis.taps {
      let taps = min(axis.taps - tap, Strip.count - reach)
      strip.fill(
        reach + taps, row: row, stride: call.pixelStride, first: first + axis.sourceStep * tap,
        step: axis.sourceStep, sourceWidth: call.sourceWidth, lanes: call.lanes)
      leap(
        &tile, strip.columns,
        Columns(row: weights + tap * call.weightStride, stride: call.weightStride), taps: taps,
        advance: axis.advance)
      tap += taps
    }
    row += call.rowStride
    weights += call.weightRowStride
  }
}

/// `tile[p] += Σ_m sources[p + m] * weights[m]`; every tap moves the window on by one pixel.
@inline(__always)
private func slide<Tile: PixelGroup>(
  _ tile: inout Tile, _ sources: Columns, _ weights: Columns, taps: Int
) {
  guard taps > 0 else { return }
  var window = Tile(sources, first: 0, step: 1)
  tile.accumulate(window, weights[0])
  for m in 1..<taps {
    _ = window.push(sources[Tile.count - 1 + m])
    tile.accumulate(window, weights[m])
  }
}

/// `tile[p] += Σ_m sources[advance * p + m] * weights[m]`; taps that are `advance` apart share a
/// window.
@inline(__always)
private func leap<Tile: PixelGroup>(
  _ tile: inout Tile, _ sources: Columns, _ weights: Columns, taps: Int, advance: Int
) {
  for residue in 0..<min(advance, taps) {
    var window = Tile(sources, first: residue, step: advance)
    tile.accumulate(window, weights[residue])
    var m = residue + advance
    while m < taps {
      _ = window.push(sources[advance * (Tile.count - 1) + m])
      tile.accumulate(window, weights[m])
      m += advance
    }
  }
}

// MARK: Correlation of a row of taps

/// Adds one row of outputs' share to one row of taps, tile by tile.
@inline(never)
func addTapRow(_ call: TapRowCorrelation, _ axis: AxisPhase, _ scratch: Output) {
  let inputs = Strip(vectors: scratch)
  let gradients = Strip(vectors: scratch + Strip.count * width)
  var p = 0
  while p < axis.results {
    // More taps than fit in registers are halved. A stride from tap to tap is rare.
    let rest = axis.results - p
    let half = rest > tapTileLimit ? (rest + 1) / 2 : rest
    let count = axis.advance > 2 ? 1 : min(half, tapTileLimit)
    switch count {
    case 1: addTaps(call, axis, p, inputs, gradients, Pixel.self)
    case 2: addTaps(call, axis, p, inputs, gradients, Two<Pixel>.self)
    case 3: addTaps(call, axis, p, inputs, gradients, Three<Pixel>.self)
    case 4: addTaps(call, axis, p, inputs, gradients, Four<Pixel>.self)
    case 5: addTaps(call, axis, p, inputs, gradients, Stack<Four<Pixel>, Pixel>.self)
    case 6: addTaps(call, axis, p, inputs, gradients, Six<Pixel>.self)
    case 7: addTaps(call, axis, p, inputs, gradients, Stack<Four<Pixel>, Three<Pixel>>.self)
    case 8: addTaps(call, axis, p, inputs, gradients, Eight<Pixel>.self)
    case 9: addTaps(call, axis, p, inputs, gradients, Stack<Eight<Pixel>, Pixel>.self)
    case 10: addTaps(call, axis, p, inputs, gradients, Stack<Eight<Pixel>, Two<Pixel>>.self)
    default: addTaps(call, axis, p, inputs, gradients, Stack<Eight<Pixel>, Three<Pixel>>.self)
    }
    p += count
  }
}

@inline(never)
private func addTaps<Tile: PixelGroup>(
  _ call: TapRowCorrelation, _ axis: AxisPhase, _ p: Int, _ inputStrip: Strip,
  _ gradientStrip: Strip, _: Tile.Type
) {
  let first = axis.firstSource + axis.sourceStep * axis.advance * p
  let reach = axis.advance * (Tile.count - 1)
  let inner = innerOutputs(call, axis, first, reach: axis.sourceStep * reach)
  var tile = Tile(repeating: .zero)
  var x = 0
  while x < axis.taps {
    let source = first + axis.sourceStep * x
    var sources = Columns(
      row: call.input + source * call.channels, stride: axis.sourceStep * call.channels)
    var gradients = Columns(row: call.gradient + x * call.channels, stride: call.channels)
    var outputs = inner.upperBound - x
    if x < inner.lowerBound || x >= inner.upperBound {
      // Towards the inner outputs, or to the end of the row, by strips.
      outputs = (x < inner.lowerBound ? inner.lowerBound : axis.taps) - x
      outputs = min(outputs, Strip.count - reach)
      inputStrip.fill(
        reach + outputs, row: call.input, stride: call.channels, first: source,
        step: axis.sourceStep, sourceWidth: call.inputWidth, lanes: call.lanes)
      gradientStrip.fill(
        outputs, row: gradients.row, stride: call.channels, first: 0, step: 1,
        sourceWidth: outputs, lanes: call.lanes)
      sources = inputStrip.columns
      gradients = gradientStrip.columns
    }
    if axis.advance == 1 {
      slide(&tile, sources, gradients, taps: outputs)
    } else {
      leap(&tile, sources, gradients, taps: outputs, advance: axis.advance)
    }
    x += outputs
  }
  add(
    tile, to: call.result + (axis.firstResult + p * axis.resultStep) * width,
    stride: axis.resultStep * width, inputStrip)
}

/// The outputs for which all of a tile's taps lie inside the row, and whole vectors in memory.
@inline(never)
private func innerOutputs(
  _ call: TapRowCorrelation, _ axis: AxisPhase, _ first: Int, reach: Int
) -> Range<Int> {
  let wholeInputs = min(call.inputWidth, wholeVectors(call.inputFloats, call.channels))
  let wholeGradients = wholeVectors(call.gradientFloats, call.channels)
  let inside = tapsInside(
    first, step: axis.sourceStep, taps: min(axis.taps, wholeGradients),
    size: max(wholeInputs - reach, 0))
  return inside.lowerBound == inside.upperBound ? axis.taps..<axis.taps : inside
}

/// Pixels at whose start a whole vector can be read, if `floats` are left in the tensor.
@inline(__always)
private func wholeVectors(_ floats: Int, _ channels: Int) -> Int {
  floats < width ? 0 : (floats - width) / channels + 1
}

@inline(__always)
private func add<Tile: PixelGroup>(
  _ tile: Tile, to result: Output, stride: Int, _ strip: Strip
) {
  tile.store(to: strip.vectors)
  for i in 0..<Tile.count {
    let place = result + i * stride
    store(load(place) + load(strip.vectors + i * width), place)
  }
}
