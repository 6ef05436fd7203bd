import KernelInterface

/// Neighboring vectors of one row of a matrix.
protocol RowSegment {
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

struct SingleVector: RowSegment {
  var vector: Vector

  @inline(__always) static var floats: Int { width }
  @inline(__always) static var zero: Self { Self(vector: .zero) }

  @inline(__always)
  init(vector: Vector) { self.vector = vector }

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

struct VectorPair: RowSegment {
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
