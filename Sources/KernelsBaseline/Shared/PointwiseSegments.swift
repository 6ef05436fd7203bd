import KernelInterface

/// Neighboring vectors of one row of a matrix. `floats`, where it is asked for, should be known
/// when compiling: what depends on it is then, too.
protocol RowSegment {
  static var vectors: Int { get }
  static var zero: Self { get }
  init(_ source: Input)
  /// The first floats, zero behind them; reads nothing else.
  init(_ source: Input, floats: Int)
  /// Each float as often as `Ways` says; reads no more than these.
  init<Ways: Interleaving>(spreading source: Input, _: Ways.Type)
  subscript(_ vector: Int) -> Vector { get }
  mutating func addProduct(_ factor: Vector, _ other: Self)
  mutating func add(_ other: Self)
  mutating func limit(_ lower: Vector, _ upper: Vector)
  /// Writes the first floats and nothing else.
  func write(_ destination: Output, floats: Int)
  /// The even lanes of all vectors, at the front; what is behind them has no meaning.
  var evenLanes: Self { get }
  var oddLanes: Self { get }
}

extension RowSegment {
  @inline(__always) static var floats: Int { vectors * width }

  @inline(__always)
  func write(_ destination: Output) { write(destination, floats: Self.floats) }
}

struct SingleVector: RowSegment {
  var vector: Vector

  @inline(__always) static var vectors: Int { 1 }
  @inline(__always) static var zero: Self { Self(vector: .zero) }

  @inline(__always) init(vector: Vector) { self.vector = vector }

  @inline(__always)
  init(_ source: Input) { vector = load(source) }

  @inline(__always)
  init(_ source: Input, floats: Int) {
    vector = floats <= 0 ? .zero : loadInPieces(source, lanes: min(floats, width))
  }

  @inline(__always)
  init<Ways: Interleaving>(spreading source: Input, _: Ways.Type) {
    vector = Ways.spread(source)
  }

  @inline(__always) subscript(_: Int) -> Vector { vector }

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
  func write(_ destination: Output, floats: Int) {
    if floats > 0 { storeInPieces(vector, destination, lanes: min(floats, width)) }
  }

  @inline(__always) var evenLanes: Self { Self(vector: joinEven(vector, vector)) }
  @inline(__always) var oddLanes: Self { Self(vector: joinOdd(vector, vector)) }
}

struct VectorPair: RowSegment {
  var left: SingleVector
  var right: SingleVector

  @inline(__always) static var vectors: Int { 2 }
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

  @inline(__always)
  init(_ source: Input, floats: Int) {
    left = SingleVector(source, floats: floats)
    right = SingleVector(source + width, floats: floats - width)
  }

  @inline(__always)
  init<Ways: Interleaving>(spreading source: Input, _: Ways.Type) {
    left = SingleVector(spreading: source, Ways.self)
    right = SingleVector(spreading: source + width / Ways.ways, Ways.self)
  }

  @inline(__always)
  subscript(_ vector: Int) -> Vector { vector == 0 ? left.vector : right.vector }

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
  func write(_ destination: Output, floats: Int) {
    left.write(destination, floats: floats)
    right.write(destination + width, floats: floats - width)
  }

  @inline(__always) var evenLanes: Self {
    Self(left: SingleVector(vector: joinEven(left.vector, right.vector)), right: right)
  }
  @inline(__always) var oddLanes: Self {
    Self(left: SingleVector(vector: joinOdd(left.vector, right.vector)), right: right)
  }
}

struct VectorTriple: RowSegment {
  var pair: VectorPair
  var last: SingleVector

  @inline(__always) static var vectors: Int { 3 }
  @inline(__always) static var zero: Self { Self(pair: .zero, last: .zero) }

  @inline(__always)
  init(pair: VectorPair, last: SingleVector) {
    self.pair = pair
    self.last = last
  }

  @inline(__always)
  init(_ source: Input) {
    pair = VectorPair(source)
    last = SingleVector(source + 2 * width)
  }

  @inline(__always)
  init(_ source: Input, floats: Int) {
    pair = VectorPair(source, floats: floats)
    last = SingleVector(source + 2 * width, floats: floats - 2 * width)
  }

  @inline(__always)
  init<Ways: Interleaving>(spreading source: Input, _: Ways.Type) {
    pair = VectorPair(spreading: source, Ways.self)
    last = SingleVector(spreading: source + 2 * width / Ways.ways, Ways.self)
  }

  @inline(__always)
  subscript(_ vector: Int) -> Vector { vector < 2 ? pair[vector] : last.vector }

  @inline(__always)
  mutating func addProduct(_ factor: Vector, _ other: Self) {
    pair.addProduct(factor, other.pair)
    last.addProduct(factor, other.last)
  }

  @inline(__always)
  mutating func add(_ other: Self) {
    pair.add(other.pair)
    last.add(other.last)
  }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) {
    pair.limit(lower, upper)
    last.limit(lower, upper)
  }

  @inline(__always)
  func write(_ destination: Output, floats: Int) {
    pair.write(destination, floats: floats)
    last.write(destination + 2 * width, floats: floats - 2 * width)
  }

  @inline(__always) var evenLanes: Self {
    Self(pair: VectorPair(left: pair.evenLanes.left, right: last.evenLanes), last: last)
  }
  @inline(__always) var oddLanes: Self {
    Self(pair: VectorPair(left: pair.oddLanes.left, right: last.oddLanes), last: last)
  }
}
