import KernelInterface

// Matrix products by register tiles: some rows of the result, each one to three vectors wide.

/// Registers put together: a tile of any height is a stack of smaller ones, a row of any width
/// likewise, and every operation unrolls into operations on single vectors.
struct RowStack<Upper, Lower> {
  var upper: Upper
  var lower: Lower
}

typealias TwoRows<Element> = RowStack<Element, Element>
typealias FourRows<Element> = TwoRows<TwoRows<Element>>
typealias SixRows<Element> = RowStack<FourRows<Element>, TwoRows<Element>>
typealias EightRows<Element> = TwoRows<FourRows<Element>>
typealias TwelveRows<Element> = RowStack<EightRows<Element>, FourRows<Element>>
typealias SixteenRows<Element> = TwoRows<EightRows<Element>>

// MARK: Rows

/// Neighboring vectors of one row of a matrix.
protocol RowSegment {
  static var vectors: Int { get }
  static var zero: Self { get }
  init(_ source: Input)
  mutating func addProduct(_ factor: Vector, _ other: Self)
  mutating func add(_ other: Self)
  mutating func limit(_ lower: Vector, _ upper: Vector)
  func write(_ destination: Output)
}

extension RowSegment {
  @inline(__always) static var floats: Int { vectors * width }
}

struct SingleVector: RowSegment {
  var vector: Vector

  @inline(__always) static var vectors: Int { 1 }
  @inline(__always) static var zero: Self { Self(vector: .zero) }

  @inline(__always) init(vector: Vector) { self.vector = vector }

  @inline(__always)
  init(_ source: Input) { vector = load(source) }

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
  func write(_ destination: Output) { store(vector, destination) }
}

struct Wider<Rest: RowSegment>: RowSegment {
  var left: SingleVector
  var right: Rest

  @inline(__always) static var vectors: Int { 1 + Rest.vectors }
  @inline(__always) static var zero: Self { Self(left: .zero, right: .zero) }

  @inline(__always)
  init(left: SingleVector, right: Rest) {
    self.left = left
    self.right = right
  }

  @inline(__always)
  init(_ source: Input) {
    left = SingleVector(source)
    right = Rest(source + width)
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
  func write(_ destination: Output) {
    left.write(destination)
    right.write(destination + width)
  }
}

typealias VectorPair = Wider<SingleVector>
typealias VectorTriple = Wider<VectorPair>

// MARK: Tiles

protocol ProductTile {
  associatedtype Segment: RowSegment
  static var rows: Int { get }
  /// Every row starts at `segment`.
  init(repeating segment: Segment)
  /// Adds one outer product: `input` (one float a row, `stride` apart) times `weights`.
  mutating func accumulate(_ input: Input, _ stride: Int, _ weights: Segment)
  mutating func add(_ source: Input, _ stride: Int)
  mutating func limit(_ lower: Vector, _ upper: Vector)
  func write(_ destination: Output, _ stride: Int)
}

/// One row of a tile.
struct ProductRow<Segment: RowSegment>: ProductTile {
  var segment: Segment

  @inline(__always) static var rows: Int { 1 }

  @inline(__always)
  init(repeating segment: Segment) { self.segment = segment }

  @inline(__always)
  mutating func accumulate(_ input: Input, _ stride: Int, _ weights: Segment) {
    segment.addProduct(Vector(repeating: input.pointee), weights)
  }

  @inline(__always)
  mutating func add(_ source: Input, _ stride: Int) { segment.add(Segment(source)) }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) { segment.limit(lower, upper) }

  @inline(__always)
  func write(_ destination: Output, _ stride: Int) { segment.write(destination) }
}

extension RowStack: ProductTile
where Upper: ProductTile, Lower: ProductTile, Upper.Segment == Lower.Segment {
  @inline(__always) static var rows: Int { Upper.rows + Lower.rows }

  @inline(__always)
  init(repeating segment: Upper.Segment) {
    self.init(upper: Upper(repeating: segment), lower: Lower(repeating: segment))
  }

  @inline(__always)
  mutating func accumulate(_ input: Input, _ stride: Int, _ weights: Upper.Segment) {
    upper.accumulate(input, stride, weights)
    lower.accumulate(input + Upper.rows * stride, stride, weights)
  }

  @inline(__always)
  mutating func add(_ source: Input, _ stride: Int) {
    upper.add(source, stride)
    lower.add(source + Upper.rows * stride, stride)
  }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) {
    self.upper.limit(lower, upper)
    self.lower.limit(lower, upper)
  }

  @inline(__always)
  func write(_ destination: Output, _ stride: Int) {
    upper.write(destination, stride)
    lower.write(destination + Upper.rows * stride, stride)
  }
}

/// `tile += Σ input[step] ⊗ weights[step]`, in the order of the steps: the whole inner loop of
/// every matrix product. Each element is one chain of sums, whatever the tile's height.
///
/// - Parameter rowStride: floats from the input of one row to that of the next; `inputStride`
///   those from one step to the next.
@inline(__always)
func accumulate<Tile: ProductTile>(
  _ tile: inout Tile, steps: Int, input: Input, rowStride: Int, inputStride: Int, weights: Input
) {
  var input = input
  var weights = weights
  for _ in 0..<steps {
    tile.accumulate(input, rowStride, Tile.Segment(weights))
    input += inputStride
    weights += Tile.Segment.floats
  }
}
