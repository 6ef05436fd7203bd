import KernelInterface

// Matrix products by register tiles. Every type is private: what comes with a type's metadata
// would otherwise be compiled with this target's instructions under names that targets share.

// MARK: Tiles

/// Registers put together: a tile of any height is a stack of smaller ones, and every operation
/// on it unrolls into operations on single rows.
private struct Stack<Upper, Lower> {
  var upper: Upper
  var lower: Lower
}

private typealias Two<Element> = Stack<Element, Element>
private typealias Four<Element> = Two<Two<Element>>

/// A register tile of a matrix product: some rows of the result, each one or two vectors wide.
private protocol ProductTile {
  associatedtype Segment: RowSegment
  static var rows: Int { get }
  /// Every row starts at `segment`.
  init(repeating segment: Segment)
  init(loading source: Input, stride: Int, lanes: Int)
  /// Adds one outer product: `input` (one float a row, `stride` apart) times `weights`.
  mutating func accumulate(_ input: Input, stride: Int, _ weights: Segment)
  func store(_ destination: Output, stride: Int, _ epilogue: Epilogue)
}

/// What happens to a tile on its way to memory.
private struct Epilogue {
  /// Floats of a row that exist.
  var lanes: Int
  var residual: Input?
  var residualStride = 0
  var lower = -Float.infinity
  var upper = Float.infinity
}

/// One row of a tile.
private struct ProductRow<Segment: RowSegment>: ProductTile {
  var segment: Segment

  @inline(__always) static var rows: Int { 1 }

  @inline(__always)
  init(repeating segment: Segment) { self.segment = segment }

  @inline(__always)
  init(loading source: Input, stride: Int, lanes: Int) {
    segment = Segment(source, lanes: lanes)
  }

  @inline(__always)
  mutating func accumulate(_ input: Input, stride: Int, _ weights: Segment) {
    segment.addProduct(Vector(repeating: input.pointee), weights)
  }

  @inline(__always)
  func store(_ destination: Output, stride: Int, _ epilogue: Epilogue) {
    var result = segment
    if let residual = epilogue.residual { result.add(Segment(residual, lanes: epilogue.lanes)) }
    result.limit(Vector(repeating: epilogue.lower), Vector(repeating: epilogue.upper))
    result.write(destination, lanes: epilogue.lanes)
  }
}

extension Stack: ProductTile
where Upper: ProductTile, Lower: ProductTile, Upper.Segment == Lower.Segment {
  @inline(__always) static var rows: Int { Upper.rows + Lower.rows }

  @inline(__always)
  init(repeating segment: Upper.Segment) {
    self.init(upper: Upper(repeating: segment), lower: Lower(repeating: segment))
  }

  @inline(__always)
  init(loading source: Input, stride: Int, lanes: Int) {
    self.init(
      upper: Upper(loading: source, stride: stride, lanes: lanes),
      lower: Lower(loading: source + Upper.rows * stride, stride: stride, lanes: lanes))
  }

  @inline(__always)
  mutating func accumulate(_ input: Input, stride: Int, _ weights: Upper.Segment) {
    upper.accumulate(input, stride: stride, weights)
    lower.accumulate(input + Upper.rows * stride, stride: stride, weights)
  }

  @inline(__always)
  func store(_ destination: Output, stride: Int, _ epilogue: Epilogue) {
    upper.store(destination, stride: stride, epilogue)
    var below = epilogue
    if let residual = epilogue.residual {
      below.residual = residual + Upper.rows * epilogue.residualStride
    }
    lower.store(destination + Upper.rows * stride, stride: stride, below)
  }
}

/// `tile += Σ input[step] ⊗ weights[step]`, in the order of the steps: the whole inner loop of
/// every matrix product. Each element is one chain of sums, whatever the tile's height.
@inline(__always)
private func accumulate<Tile: ProductTile>(
  _ tile: inout Tile, steps: Int, input: Input, rowStride: Int, inputStride: Int,
  weights: Input, weightStride: Int
) {
  var input = input
  var weights = weights
  for _ in 0..<steps {
    tile.accumulate(input, stride: rowStride, Tile.Segment(weights))
    input += inputStride
    weights += weightStride
  }
}

/// Neighboring vectors of one row of a matrix.
private protocol RowSegment {
  static var floats: Int { get }
  init(_ source: Input)
  /// The first `lanes` floats, zero behind them.
  init(_ source: Input, lanes: Int)
  static var zero: Self { get }
  mutating func addProduct(_ factor: Vector, _ other: Self)
  mutating func add(_ other: Self)
  mutating func limit(_ lower: Vector, _ upper: Vector)
  func write(_ destination: Output, lanes: Int)
}

private struct SingleVector: RowSegment {
  var vector: Vector

  @inline(__always) static var floats: Int { width }
  @inline(__always) static var zero: Self { Self(vector: .zero) }

  @inline(__always) init(vector: Vector) { self.vector = vector }

  @inline(__always)
  init(_ source: Input) { vector = load(source) }

  @inline(__always)
  init(_ source: Input, lanes: Int) { vector = load(source, lanes: lanes) }

  @inline(__always)
  mutating func addProduct(_ factor: Vector, _ other: Self) {
    vector = multiplyAdd(factor, other.vector, vector)
  }

  @inline(__always)
  mutating func add(_ other: Self) { vector += other.vector }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) {
    vector = clamp(vector, lower, upper)
  }

  @inline(__always)
  func write(_ destination: Output, lanes: Int) {
    store(vector, destination, lanes: lanes)
  }
}

private struct VectorPair: RowSegment {
  var left: SingleVector
  var right: SingleVector

  @inline(__always) static var floats: Int { 2 * width }
  @inline(__always) static var zero: Self { Self(left: .zero, right: .zero) }

  @inline(__always)
  init(left: SingleVector, right: SingleVector) {
    self.left = left
    self.right = right
  }

  @inline(__always)
  init(_ source: Input) {
    left = SingleVector(source)
    right = SingleVector(source + width)
  }

  /// - Precondition: more than one vector's lanes.
  @inline(__always)
  init(_ source: Input, lanes: Int) {
    left = SingleVector(source)
    right = SingleVector(source + width, lanes: lanes - width)
  }

  @inline(__always)
  mutating func addProduct(_ factor: Vector, _ other: Self) {
    left.addProduct(factor, other.left)
    right.addProduct(factor, other.right)
  }

  @inline(__always)
  mutating func add(_ other: Self) {
    left.add(other.left)
    right.add(other.right)
  }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) {
    left.limit(lower, upper)
    right.limit(lower, upper)
  }

  @inline(__always)
  func write(_ destination: Output, lanes: Int) {
    left.write(destination, lanes: width)
    right.write(destination + width, lanes: lanes - width)
  }
}

// MARK: Forward

@Sendable
func pointwiseForward(_ call: PointwiseProduct) {
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
  while rowTileHeight == 8 && end - row >= 8 {
    multiplyTile(call, row, column, lanes, Two<Four<Row>>(repeating: start))
    row += 8
  }
  while rowTileHeight == 6 && end - row >= 6 {
    multiplyTile(call, row, column, lanes, Stack<Four<Row>, Two<Row>>(repeating: start))
    row += 6
  }
  while end - row >= 4 {
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

// MARK: Weight gradient

/// Rows whose products are summed in registers before the sums go back to memory. Part of the
/// result's bits, since it fixes the shape of the sum.
private let rowBlock = 128

@Sendable
func pointwiseWeightGradient(_ call: OuterProduct) {
  var row = 0
  // Without rows the gradient is zero, and one empty block says so.
  repeat {
    let rows = row..<min(row + rowBlock, call.rows)
    let accumulates = call.accumulates || row > 0
    var column = 0
    while column < call.rightChannels {
      if call.rightChannels - column > width {
        multiplyPanel(call, rows, column, accumulates, VectorPair.self)
        column += 2 * width
      } else {
        multiplyPanel(call, rows, column, accumulates, SingleVector.self)
        column += width
      }
    }
    row = rows.upperBound
  } while row < call.rows
}

@inline(never)
private func multiplyPanel<Segment: RowSegment>(
  _ call: OuterProduct, _ rows: Range<Int>, _ column: Int, _ accumulates: Bool, _: Segment.Type
) {
  typealias Row = ProductRow<Segment>
  let panel = RightPanel(call, rows, column, Segment.floats)
  var channel = 0
  let end = call.leftChannels
  while rowTileHeight == 8 && end - channel >= 8 {
    multiplyTile(call, panel, channel, accumulates, Two<Four<Row>>.self)
    channel += 8
  }
  while rowTileHeight == 6 && end - channel >= 6 {
    multiplyTile(call, panel, channel, accumulates, Stack<Four<Row>, Two<Row>>.self)
    channel += 6
  }
  while end - channel >= 4 {
    multiplyTile(call, panel, channel, accumulates, Four<Row>.self)
    channel += 4
  }
  if end - channel >= 2 {
    multiplyTile(call, panel, channel, accumulates, Two<Row>.self)
    channel += 2
  }
  if end - channel >= 1 {
    multiplyTile(call, panel, channel, accumulates, Row.self)
  }
}

/// Some columns of a block of rows of the right matrix.
private struct RightPanel {
  var column: Int
  var lanes: Int
  var firstRow: Int
  /// Rows whose whole vectors lie in the matrix, if only by running into the next row; what
  /// they pick up there falls into lanes that are not stored.
  var wholeRows: Int
  /// Rows behind those, at the matrix's very end.
  var cutRows: Int

  @inline(__always)
  init(_ call: OuterProduct, _ rows: Range<Int>, _ column: Int, _ floats: Int) {
    self.column = column
    lanes = min(floats, call.rightChannels - column)
    firstRow = rows.lowerBound
    var whole = rows.upperBound
    let matrixEnd = (call.rows - 1) * call.rightStride + call.rightChannels
    while whole > firstRow && (whole - 1) * call.rightStride + column + floats > matrixEnd {
      whole -= 1
    }
    wholeRows = whole - firstRow
    cutRows = rows.upperBound - whole
  }
}

@inline(__always)
private func multiplyTile<Tile: ProductTile>(
  _ call: OuterProduct, _ panel: RightPanel, _ channel: Int, _ accumulates: Bool, _: Tile.Type
) {
  let output = call.output + channel * call.outputStride + panel.column
  var tile =
    accumulates
    ? Tile(loading: output, stride: call.outputStride, lanes: panel.lanes)
    : Tile(repeating: .zero)
  var left = call.left + panel.firstRow * call.leftStride + channel
  var right = call.right + panel.firstRow * call.rightStride + panel.column
  accumulate(
    &tile, steps: panel.wholeRows, input: left, rowStride: 1, inputStride: call.leftStride,
    weights: right, weightStride: call.rightStride)
  left += panel.wholeRows * call.leftStride
  right += panel.wholeRows * call.rightStride
  for _ in 0..<panel.cutRows {
    tile.accumulate(left, stride: 1, Tile.Segment(right, lanes: panel.lanes))
    left += call.leftStride
    right += call.rightStride
  }
  tile.store(output, stride: call.outputStride, Epilogue(lanes: panel.lanes))
}
