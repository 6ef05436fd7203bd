import KernelInterface

let normalizationKernels = NormalizationKernels(
  moments: moments, apply: applyTransform, valuesAndSlopes: valuesAndSlopes,
  transformedSums: transformedSums, gradientSums: gradientSums, correct: correct)

/// A `ChannelTransform` for a vector of channels.
private struct TransformVectors {
  var scale: Vector
  var shift: Vector

  @inline(__always)
  init(_ transform: ChannelTransform, _ channel: ChannelVector) {
    scale = channel.gather(transform.scale)
    shift = channel.gather(transform.shift)
  }

  @inline(__always)
  func callAsFunction(_ x: Vector) -> Vector { multiplyAdd(x, scale, shift) }
}

// MARK: Moments

/// A value near each channel's mean. Distances from it are summed instead of the values
/// themselves, so that a large mean costs no digits; it need not be exact, and four rows within
/// the matrix are enough, none of them at a border that is all padding.
private struct Origin {
  var rows: Int
  var channels: Int
  var x: Input

  @inline(__always)
  func row(_ index: Int) -> Input { x + (2 * index + 1) * rows / 8 * channels }

  @inline(__always)
  func gather(_ channel: ChannelVector) -> Vector {
    let sum =
      channel.gather(row(0)) + channel.gather(row(1)) + channel.gather(row(2))
      + channel.gather(row(3))
    return sum * Vector(repeating: 0.25)
  }
}

@Sendable
private func moments(
  _ rows: Int, _ channels: Int, _ x: Input, _ mean: Output, _ squares: Output
) {
  clear(channels, mean)
  clear(channels, squares)
  let origin = Origin(rows: rows, channels: channels, x: x)
  walkFour(
    DistanceSums(channels: channels, x: x, origin: origin, sums: mean, squares: squares),
    rows: rows, channels: channels)
  // From sums of distances from the origin to the mean, and squares about that.
  let share = 1 / Float(rows)
  @inline(__always)
  func step(_ offset: Int, _ lanes: Int) {
    let sum = load(mean + offset, lanes: lanes)
    let distance = sum * Vector(repeating: share)
    let about = load(squares + offset, lanes: lanes) - distance * sum
    @inline(__always)
    func row(_ index: Int) -> Vector { load(origin.row(index) + offset, lanes: lanes) }
    let start = (row(0) + row(1) + row(2) + row(3)) * Vector(repeating: 0.25)
    store(start + distance, mean + offset, lanes: lanes)
    store(select(about .< .zero, .zero, about), squares + offset, lanes: lanes)
  }
  forEachVector(channels, step)
}

private struct DistanceSums: ColumnLoop {
  struct Column {
    var origin: Vector
    var sum = Vector.zero
    var squares = Vector.zero
  }

  var channels: Int
  var x: Input
  var origin: Origin
  var sums: Output
  var squares: Output

  @inline(__always)
  func start(_ offset: Int) -> Column {
    Column(origin: origin.gather(ChannelVector(at: offset, channels: channels)))
  }

  @inline(__always)
  func visit(_ column: inout Column, _ place: Int, _ count: Int) {
    let distance = keep(count, of: load(x + place, lanes: count) - column.origin)
    column.sum += distance
    column.squares = multiplyAdd(distance, distance, column.squares)
  }

  @inline(__always)
  func finish(_ column: Column, _ offset: Int) {
    let channel = ChannelVector(at: offset, channels: channels)
    channel.add(column.sum, to: sums)
    channel.add(column.squares, to: squares)
  }
}

// MARK: Forward

@Sendable
private func applyTransform(
  _ rows: Int, _ channels: Int, _ x: Input, _ transform: ChannelTransform, _ addend: Input?,
  _ y: Output
) {
  run(
    ApplyLoop(
      rows: rows, channels: channels, x: x, transform: transform, addend: addend, y: y),
    transform.activation)
}

private struct ApplyLoop: ActivatedLoop {
  var rows: Int
  var channels: Int
  var x: Input
  var transform: ChannelTransform
  var addend: Input?
  var y: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    walk(ApplyColumn<A>(call: self), rows: rows, channels: channels)
  }
}

private struct ApplyColumn<A: Activation>: ColumnLoop {
  var call: ApplyLoop

  @inline(__always)
  func start(_ offset: Int) -> TransformVectors {
    TransformVectors(call.transform, ChannelVector(at: offset, channels: call.channels))
  }

  @inline(__always)
  func visit(_ column: inout TransformVectors, _ place: Int, _ count: Int) {
    var y = A.value(column(load(call.x + place, lanes: count)))
    if let addend = call.addend { y += load(addend + place, lanes: count) }
    store(y, call.y + place, lanes: count)
  }

  @inline(__always)
  func fetch(_ place: Int) {
    // What is changed in place is some worker's scratch memory. It is near, and what lies behind it
    // is another worker's.
    if call.x != Input(call.y) { prefetch(call.x + place) }
  }

  @inline(__always)
  func finish(_ column: TransformVectors, _ offset: Int) {}
}

@Sendable
private func valuesAndSlopes(
  _ rows: Int, _ channels: Int, _ x: Input, _ transform: ChannelTransform, _ y: Output,
  _ slopes: Output
) {
  run(
    ValueAndSlopeLoop(
      rows: rows, channels: channels, x: x, transform: transform, y: y, slopes: slopes),
    transform.activation)
}

private struct ValueAndSlopeLoop: ActivatedLoop {
  var rows: Int
  var channels: Int
  var x: Input
  var transform: ChannelTransform
  var y: Output
  var slopes: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    walk(ValueAndSlopeColumn<A>(call: self), rows: rows, channels: channels)
  }
}

private struct ValueAndSlopeColumn<A: Activation>: ColumnLoop {
  var call: ValueAndSlopeLoop

  @inline(__always)
  func start(_ offset: Int) -> TransformVectors {
    TransformVectors(call.transform, ChannelVector(at: offset, channels: call.channels))
  }

  @inline(__always)
  func visit(_ column: inout TransformVectors, _ place: Int, _ count: Int) {
    let (value, slope) = A.valueAndSlope(column(load(call.x + place, lanes: count)))
    store(value, call.y + place, lanes: count)
    store(slope, call.slopes + place, lanes: count)
  }

  @inline(__always)
  func fetch(_ place: Int) {
    prefetch(call.x + place)
    prefetch(call.slopes + place)
  }

  @inline(__always)
  func finish(_ column: TransformVectors, _ offset: Int) {}
}

// MARK: Sums

@Sendable
private func transformedSums(
  _ rows: Int, _ channels: Int, _ x: Input, _ transform: ChannelTransform, _ factor: Float,
  _ sums: Output
) {
  clear(channels, sums)
  run(
    TransformedSumLoop(
      rows: rows, channels: channels, x: x, transform: transform, factor: factor, sums: sums),
    transform.activation)
}

private struct TransformedSumLoop: ActivatedLoop {
  var rows: Int
  var channels: Int
  var x: Input
  var transform: ChannelTransform
  var factor: Float
  var sums: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    walk(TransformedSumColumn<A>(call: self), rows: rows, channels: channels)
  }
}

private struct TransformedSumColumn<A: Activation>: ColumnLoop {
  struct Column {
    var transform: TransformVectors
    var sum = Vector.zero
  }

  var call: TransformedSumLoop

  @inline(__always)
  func start(_ offset: Int) -> Column {
    Column(
      transform: TransformVectors(
        call.transform, ChannelVector(at: offset, channels: call.channels)))
  }

  @inline(__always)
  func visit(_ column: inout Column, _ place: Int, _ count: Int) {
    let value = A.value(column.transform(load(call.x + place, lanes: count)))
    column.sum += keep(count, of: value)
  }

  @inline(__always)
  func fetch(_ place: Int) {
    prefetch(call.x + place)
  }

  @inline(__always)
  func finish(_ column: Column, _ offset: Int) {
    let sum = column.sum * Vector(repeating: call.factor)
    ChannelVector(at: offset, channels: call.channels).add(sum, to: call.sums)
  }
}

// MARK: Backward

@Sendable
private func gradientSums(_ call: NormalizationGradientSums) {
  if !call.accumulates {
    clear(call.channels, call.gradientSum)
    clear(call.channels, call.productSum)
  }
  run(GradientSumLoop(call: call), call.transform.activation)
}

private struct GradientSumLoop: ActivatedLoop {
  var call: NormalizationGradientSums

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    walk(GradientSumColumn<A>(call: call), rows: call.rows, channels: call.channels)
  }
}

private struct GradientSumColumn<A: Activation>: ColumnLoop {
  struct Column {
    var transform: TransformVectors
    var gate = Vector(repeating: 1)
    var addend = Vector.zero
    var mean: Vector
    var sum = Vector.zero
    var products = Vector.zero
  }

  var call: NormalizationGradientSums

  @inline(__always)
  func start(_ offset: Int) -> Column {
    let channel = ChannelVector(at: offset, channels: call.channels)
    var column = Column(
      transform: TransformVectors(call.transform, channel), mean: channel.gather(call.mean))
    if let gate = call.gate { column.gate = channel.gather(gate) }
    if let addend = call.addend { column.addend = channel.gather(addend) }
    return column
  }

  @inline(__always)
  func visit(_ column: inout Column, _ place: Int, _ count: Int) {
    let x = load(call.x + place, lanes: count)
    let dy = load(call.outputGradient + place, lanes: count)
    var slope = A.slope(column.transform(x))
    if let slopes = call.slopes { slope *= load(slopes + place, lanes: count) }
    let g = keep(count, of: multiplyAdd(dy, column.gate, column.addend) * slope)
    if let gradient = call.gradient { store(g, gradient + place, lanes: count) }
    column.sum += g
    column.products = multiplyAdd(g, x - column.mean, column.products)
  }

  @inline(__always)
  func fetch(_ place: Int) {
    prefetch(call.x + place)
  }

  @inline(__always)
  func finish(_ column: Column, _ offset: Int) {
    let channel = ChannelVector(at: offset, channels: call.channels)
    channel.add(column.sum, to: call.gradientSum)
    channel.add(column.products * channel.gather(call.inverseDeviation), to: call.productSum)
  }
}

@Sendable
private func correct(
  _ rows: Int, _ channels: Int, _ g: Input, _ correction: GradientCorrection, _ y: Output
) {
  walk(
    CorrectionColumn(channels: channels, g: g, correction: correction, y: y), rows: rows,
    channels: channels)
}

private struct CorrectionColumn: ColumnLoop {
  struct Column {
    var gradientScale: Vector
    var valueScale: Vector
    var shift: Vector
  }

  var channels: Int
  var g: Input
  var correction: GradientCorrection
  var y: Output

  @inline(__always)
  func start(_ offset: Int) -> Column {
    let channel = ChannelVector(at: offset, channels: channels)
    return Column(
      gradientScale: channel.gather(correction.gradientScale),
      valueScale: channel.gather(correction.valueScale), shift: channel.gather(correction.shift))
  }

  @inline(__always)
  func visit(_ column: inout Column, _ place: Int, _ count: Int) {
    let values = load(correction.values + place, lanes: count)
    let shifted = multiplyAdd(values, column.valueScale, column.shift)
    store(
      multiplyAdd(load(g + place, lanes: count), column.gradientScale, shifted), y + place,
      lanes: count)
  }

  @inline(__always)
  func fetch(_ place: Int) {
    prefetch(g + place)
    prefetch(correction.values + place)
  }

  @inline(__always)
  func finish(_ column: Column, _ offset: Int) {}
}
