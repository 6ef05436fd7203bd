import KernelInterface

/// A register tile of a matrix product: some rows of the result, each one or two vectors wide.
protocol ProductTile {
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
struct Epilogue {
  /// Floats of a row that exist.
  var lanes: Int
  var residual: Input?
  var residualStride = 0
  var lower = -Float.infinity
  var upper = Float.infinity
}

/// One row of a tile.
struct ProductRow<Segment: RowSegment>: ProductTile {
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
func accumulate<Tile: ProductTile>(
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
