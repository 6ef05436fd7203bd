import KernelInterface

let elementwiseKernels = ElementwiseKernels(
  activate: activate, activationGradient: activationGradient, add: add, addToRows: addToRows,
  columnSums: columnSums, scaleRows: scaleRows, columnProducts: columnProducts,
  gatedProducts: gatedProducts)

@Sendable
func activate(_ count: Int, _ activation: KernelActivation, _ x: Input, _ y: Output) {
  run(ActivationLoop(count: count, x: x, y: y), activation)
}

private struct ActivationLoop: ActivatedLoop {
  var count: Int
  var x: Input
  var y: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    @inline(__always)
    func step(_ offset: Int, _ lanes: Int) {
      store(A.value(load(x + offset, lanes: lanes)), y + offset, lanes: lanes)
    }
    forEachVector(count, step)
  }
}

@Sendable
private func activationGradient(
  _ count: Int, _ activation: KernelActivation, _ x: Input, _ dy: Input, _ dx: Output
) {
  run(ActivationGradientLoop(count: count, x: x, dy: dy, dx: dx), activation)
}

private struct ActivationGradientLoop: ActivatedLoop {
  var count: Int
  var x: Input
  var dy: Input
  var dx: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    @inline(__always)
    func step(_ offset: Int, _ lanes: Int) {
      let slope = A.slope(load(x + offset, lanes: lanes))
      store(load(dy + offset, lanes: lanes) * slope, dx + offset, lanes: lanes)
    }
    forEachVector(count, step)
  }
}

@Sendable
private func add(_ count: Int, _ a: Input, _ b: Input, _ y: Output) {
  @inline(__always)
  func step(_ offset: Int, _ lanes: Int) {
    let sum = load(a + offset, lanes: lanes) + load(b + offset, lanes: lanes)
    store(sum, y + offset, lanes: lanes)
  }
  forEachVector(count, step)
}

@Sendable
private func addToRows(_ rows: Int, _ channels: Int, _ x: Input, _ y: Output) {
  walkFour(
    RowMap(channels: channels, x: y, scale: nil, shift: x, y: y), rows: rows,
    channels: channels)
}

@Sendable
private func scaleRows(
  _ rows: Int, _ channels: Int, _ x: Input, _ scale: Input, _ y: Output
) {
  walkFour(
    RowMap(channels: channels, x: x, scale: scale, shift: nil, y: y), rows: rows,
    channels: channels)
}

/// `y = x · scale + shift`, nil for 1 and 0.
private struct RowMap: ColumnLoop {
  struct Column {
    var scale = Vector(repeating: 1)
    var shift = Vector.zero
  }

  var channels: Int
  var x: Input
  var scale: Input?
  var shift: Input?
  var y: Output

  @inline(__always)
  func start(_ offset: Int) -> Column {
    let channel = ChannelVector(at: offset, channels: channels)
    var column = Column()
    if let scale { column.scale = channel.gather(scale) }
    if let shift { column.shift = channel.gather(shift) }
    return column
  }

  @inline(__always)
  func visit(_ column: inout Column, _ place: Int, _ count: Int) {
    let value = multiplyAdd(load(x + place, lanes: count), column.scale, column.shift)
    store(value, y + place, lanes: count)
  }

  @inline(__always)
  func finish(_ column: Column, _ offset: Int) {}
}

@Sendable
private func columnSums(
  _ rows: Int, _ channels: Int, _ x: Input, _ factor: Float, _ accumulates: Bool,
  _ sums: Output
) {
  if !accumulates { clear(channels, sums) }
  walkFour(
    RowSum(channels: channels, x: x, dy: nil, factor: factor, sums: sums), rows: rows,
    channels: channels)
}

@Sendable
private func columnProducts(
  _ rows: Int, _ channels: Int, _ x: Input, _ dy: Input, _ products: Output
) {
  clear(channels, products)
  walkFour(
    RowSum(channels: channels, x: x, dy: dy, factor: 1, sums: products), rows: rows,
    channels: channels)
}

/// `sums += factor · Σ x · dy`, where `dy` is nil for ones.
private struct RowSum: ColumnLoop {
  var channels: Int
  var x: Input
  var dy: Input?
  var factor: Float
  var sums: Output

  @inline(__always)
  func start(_ offset: Int) -> Vector { .zero }

  @inline(__always)
  func visit(_ column: inout Vector, _ place: Int, _ count: Int) {
    let x = load(x + place, lanes: count)
    if let dy {
      column = multiplyAdd(x, load(dy + place, lanes: count), column)
    } else {
      column += x
    }
  }

  @inline(__always)
  func finish(_ column: Vector, _ offset: Int) {
    ChannelVector(at: offset, channels: channels)
      .add(column * Vector(repeating: factor), to: sums)
  }
}

@Sendable
private func gatedProducts(
  _ rows: Int, _ channels: Int, _ x: Input, _ y: Input, _ factors: Input, _ dots: Output,
  _ sums: Output
) {
  for row in 0..<rows {
    let start = row * channels
    let factor = Vector(repeating: factors[row])
    var dot = Vector.zero
    @inline(__always)
    func step(_ offset: Int, _ lanes: Int) {
      let place = start + offset
      let y = load(y + place, lanes: lanes)
      dot = multiplyAdd(load(x + place, lanes: lanes), y, dot)
      store(multiplyAdd(factor, y, load(sums + place, lanes: lanes)), sums + place, lanes: lanes)
    }
    forEachVector(channels, step)
    dots[row] = sumOfLanes(dot)
  }
}

@inline(__always)
private func sumOfLanes(_ vector: Vector) -> Float {
  var sum = vector
  for _ in 0..<width.trailingZeroBitCount { sum = sumPairs(sum, sum) }
  return sum[0]
}
