import KernelInterface

// A panel narrower than its vectors: where the columns that are left fill a half or a quarter of
// a vector, each of them takes two or four neighboring lanes, so that no lane stays empty. What
// these lanes of a column hold is, in a product, every second or fourth term of its sum:
//
//     columns  |  0  |  1  |  2  | ...        two ways: lanes of column n hold the sums over
//     lanes    | 0 1 | 2 3 | 4 5 | ...        even and over odd steps
//
// and in a weight gradient the sums of that column in two or four neighboring rows. One factor
// a lane, `ways` of them over and over, comes from memory with a single load.

/// How many lanes a column takes.
protocol Interleaving {
  static var ways: Int { get }
  /// `ways` floats, over and over.
  static func factors(_ source: Input) -> Vector
  /// Each of `width / ways` floats, `ways` times.
  static func spread(_ source: Input) -> Vector
  /// The sums over each column's lanes, at the front; what is behind them has no meaning.
  static func sum<Segment: RowSegment>(_ segment: Segment) -> Segment
  /// One lane of each column, at the front.
  static func lane<Segment: RowSegment>(_ way: Int, of segment: Segment) -> Segment
}

enum OneWay: Interleaving {
  @inline(__always) static var ways: Int { 1 }

  @inline(__always)
  static func factors(_ source: Input) -> Vector { Vector(repeating: source.pointee) }

  @inline(__always)
  static func spread(_ source: Input) -> Vector { load(source) }

  @inline(__always)
  static func sum<Segment: RowSegment>(_ segment: Segment) -> Segment { segment }

  @inline(__always)
  static func lane<Segment: RowSegment>(_ way: Int, of segment: Segment) -> Segment { segment }
}

enum TwoWays: Interleaving {
  @inline(__always) static var ways: Int { 2 }

  @inline(__always)
  static func factors(_ source: Input) -> Vector {
    let pair = UnsafeRawPointer(source).loadUnaligned(as: Double.self)
    return unsafeBitCast(FloatPairs(repeating: pair), to: Vector.self)
  }

  @inline(__always)
  static func spread(_ source: Input) -> Vector {
    repeatEach(UnsafeRawPointer(source).loadUnaligned(as: HalfVector.self))
  }

  @inline(__always)
  static func sum<Segment: RowSegment>(_ segment: Segment) -> Segment {
    var sum = segment.evenLanes
    sum.add(segment.oddLanes)
    return sum
  }

  @inline(__always)
  static func lane<Segment: RowSegment>(_ way: Int, of segment: Segment) -> Segment {
    way == 0 ? segment.evenLanes : segment.oddLanes
  }
}

enum FourWays: Interleaving {
  @inline(__always) static var ways: Int { 4 }

  @inline(__always)
  static func factors(_ source: Input) -> Vector {
    repeatFour(UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self))
  }

  @inline(__always)
  static func spread(_ source: Input) -> Vector { repeatEachFourTimes(source) }

  @inline(__always)
  static func sum<Segment: RowSegment>(_ segment: Segment) -> Segment {
    TwoWays.sum(TwoWays.sum(segment))
  }

  @inline(__always)
  static func lane<Segment: RowSegment>(_ way: Int, of segment: Segment) -> Segment {
    TwoWays.lane(way / 2, of: TwoWays.lane(way % 2, of: segment))
  }
}

/// Each of a half vector's floats twice.
@inline(__always)
func repeatEach(_ half: HalfVector) -> Vector {
  var vector = Vector.zero
  vector.evenHalf = half
  vector.oddHalf = half
  return vector
}

/// The sums of neighboring lanes of two vectors, one's behind the other's.
@inline(__always)
func sumPairs(_ a: Vector, _ b: Vector) -> Vector { joinEven(a, b) + joinOdd(a, b) }

/// The even lanes of two vectors, one's behind the other's.
@inline(__always)
func joinEven(_ a: Vector, _ b: Vector) -> Vector {
  Vector(lowHalf: a.evenHalf, highHalf: b.evenHalf)
}

@inline(__always)
func joinOdd(_ a: Vector, _ b: Vector) -> Vector {
  Vector(lowHalf: a.oddHalf, highHalf: b.oddHalf)
}
