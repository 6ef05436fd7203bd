import KernelInterface

let elementwiseKernels = ElementwiseKernels(
  activate: activate, activationGradient: activationGradient, add: add, addToRows: addToRows,
  columnSums: columnSums, scaleRows: scaleRows, rowProducts: rowProducts)

/// Calls `body` for each vector of `count` floats with its offset and its lanes, fewer in the
/// last.
@inline(__always)
func forEachVector(_ count: Int, _ body: (_ offset: Int, _ lanes: Int) -> Void) {
  // One call of `body`, so that it is inlined.
  var offset = 0
  while offset < count {
    body(offset, min(width, count - offset))
    offset += width
  }
}

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
    forEachVector(count) { offset, lanes in
      store(A.value(load(x + offset, lanes: lanes)), y + offset, lanes: lanes)
    }
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
    forEachVector(count) { offset, lanes in
      let slope = A.slope(load(x + offset, lanes: lanes))
      store(load(dy + offset, lanes: lanes) * slope, dx + offset, lanes: lanes)
    }
  }
}

@Sendable
private func add(_ count: Int, _ a: Input, _ b: Input, _ y: Output) {
  forEachVector(count) { offset, lanes in
    let sum = load(a + offset, lanes: lanes) + load(b + offset, lanes: lanes)
    store(sum, y + offset, lanes: lanes)
  }
}

@Sendable
private func addToRows(_ rows: Int, _ channels: Int, _ x: Input, _ y: Output) {
  for row in 0..<rows { add(channels, y + row * channels, x, y + row * channels) }
}

@Sendable
private func scaleRows(
  _ rows: Int, _ channels: Int, _ x: Input, _ scale: Input, _ y: Output
) {
  for row in 0..<rows {
    let source = x + row * channels
    let destination = y + row * channels
    forEachVector(channels) { offset, lanes in
      let product = load(source + offset, lanes: lanes) * load(scale + offset, lanes: lanes)
      store(product, destination + offset, lanes: lanes)
    }
  }
}

@Sendable
private func columnSums(
  _ rows: Int, _ channels: Int, _ x: Input, _ stride: Int, _ factor: Float,
  _ accumulates: Bool, _ sums: Output
) {
  forEachVector(channels) { channel, lanes in
    @inline(__always)
    func term(_ row: Int) -> Vector { load(x + row * stride + channel, lanes: lanes) }
    let sum = sumRows(rows, term)
    let scaled = sum * Vector(repeating: factor)
    let before = accumulates ? load(sums + channel, lanes: lanes) : .zero
    store(before + scaled, sums + channel, lanes: lanes)
  }
}

@Sendable
private func rowProducts(
  _ rows: Int, _ channels: Int, _ x: Input, _ dy: Input, _ products: Output
) {
  forEachVector(channels) { channel, lanes in
    @inline(__always)
    func term(_ row: Int) -> Vector {
      let place = row * channels + channel
      return load(x + place, lanes: lanes) * load(dy + place, lanes: lanes)
    }
    store(sumRows(rows, term), products + channel, lanes: lanes)
  }
}

/// The sum of `term` over rows: four interleaved sums for each block of rows, then the blocks.
/// Short chains keep both the latency hidden and the rounding error small. To be inlined, `term`
/// must be a function that says so, not a closure.
@inline(__always)
func sumRows(_ rows: Int, _ term: (_ row: Int) -> Vector) -> Vector {
  var total = Vector.zero
  var row = 0
  while row < rows {
    let end = min(row + 512, rows)
    var a = Vector.zero
    var b = Vector.zero
    var c = Vector.zero
    var d = Vector.zero
    while row + 4 <= end {
      a += term(row)
      b += term(row + 1)
      c += term(row + 2)
      d += term(row + 3)
      row += 4
    }
    while row < end {
      a += term(row)
      row += 1
    }
    total += (a + b) + (c + d)
  }
  return total
}
