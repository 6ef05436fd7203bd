import KernelInterface

// Matrix products by register tiles: some rows of the result, each one to three vectors wide.

/// A register tile, of as many rows.
protocol ProductTile {
  associatedtype Segment: RowSegment
  associatedtype Ways: Interleaving
  static var rows: Int { get }
  /// Every row starts at `segment`.
  init(repeating segment: Segment)
  /// Adds one outer product: `input` (a few floats a row, rows `stride` apart) times `weights`.
  mutating func accumulate(_ input: Input, _ stride: Int, _ weights: Segment)
  /// Of one vector of each row, the sums of neighboring lanes, of as many together as there are
  /// rows: each row's behind those of the row above.
  func sums(_ vector: Int) -> Vector
  /// Writes the sums over the lanes of each column, of which it has several; with fewer
  /// instructions than `sumWays` and `write`.
  func writeSums(_ destination: Output, _ stride: Int)
  /// Sums over the lanes of each column.
  mutating func sumWays()
  mutating func add(_ source: Input, _ stride: Int, floats: Int)
  mutating func limit(_ lower: Vector, _ upper: Vector)
  func write(_ destination: Output, _ stride: Int, floats: Int)
}

extension ProductTile {
  /// Columns of the result that a row's vectors make.
  @inline(__always) static var columns: Int { Segment.floats / Ways.ways }

  /// Writes the sums over the lanes of each column; the rows are a power of two, as many as a
  /// column has lanes at most.
  @inline(__always)
  fileprivate func writeSumsTogether(_ destination: Output, _ stride: Int) {
    let columns = width / Ways.ways
    for vector in 0..<Segment.vectors {
      var sums = sums(vector)
      var lanes = Self.rows
      while lanes < Ways.ways {
        sums = sumPairs(sums, sums)
        lanes *= 2
      }
      for row in 0..<Self.rows {
        storePart(row, lanes: columns, of: sums, destination + row * stride + vector * columns)
      }
    }
  }
}

/// One row of a tile.
struct ProductRow<Segment: RowSegment, Ways: Interleaving>: ProductTile {
  var segment: Segment

  @inline(__always) static var rows: Int { 1 }

  @inline(__always)
  init(repeating segment: Segment) { self.segment = segment }

  @inline(__always)
  mutating func accumulate(_ input: Input, _ stride: Int, _ weights: Segment) {
    segment.addProduct(Ways.factors(input), weights)
  }

  @inline(__always)
  func sums(_ vector: Int) -> Vector { segment[vector] }

  @inline(__always)
  func writeSums(_ destination: Output, _ stride: Int) { writeSumsTogether(destination, stride) }

  @inline(__always)
  mutating func sumWays() { segment = Ways.sum(segment) }

  @inline(__always)
  mutating func add(_ source: Input, _ stride: Int, floats: Int) {
    segment.add(Segment(source, floats: floats))
  }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) { segment.limit(lower, upper) }

  @inline(__always)
  func write(_ destination: Output, _ stride: Int, floats: Int) {
    segment.write(destination, floats: floats)
  }
}

extension Stack: ProductTile
where
  Upper: ProductTile, Lower: ProductTile, Upper.Segment == Lower.Segment, Upper.Ways == Lower.Ways
{
  typealias Segment = Upper.Segment
  typealias Ways = Upper.Ways

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
  func sums(_ vector: Int) -> Vector { sumPairs(upper.sums(vector), lower.sums(vector)) }

  @inline(__always)
  func writeSums(_ destination: Output, _ stride: Int) {
    if Upper.rows == Lower.rows && Self.rows <= Ways.ways {
      writeSumsTogether(destination, stride)
    } else {
      upper.writeSums(destination, stride)
      lower.writeSums(destination + Upper.rows * stride, stride)
    }
  }

  @inline(__always)
  mutating func sumWays() {
    upper.sumWays()
    lower.sumWays()
  }

  @inline(__always)
  mutating func add(_ source: Input, _ stride: Int, floats: Int) {
    upper.add(source, stride, floats: floats)
    lower.add(source + Upper.rows * stride, stride, floats: floats)
  }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) {
    self.upper.limit(lower, upper)
    self.lower.limit(lower, upper)
  }

  @inline(__always)
  func write(_ destination: Output, _ stride: Int, floats: Int) {
    upper.write(destination, stride, floats: floats)
    lower.write(destination + Upper.rows * stride, stride, floats: floats)
  }
}

/// `tile += Σ input[step] ⊗ weights[step]`, in the order of the steps: the whole inner loop of
/// every matrix product. Each element is one chain of sums, whatever the tile's height.
///
/// - Parameters:
///   - rowStride: floats from the input of one row to that of the next; `inputStride` those from
///     one step to the next.
///   - onStep: called with each step, to be inlined.
@inline(__always)
func accumulate<Tile: ProductTile>(
  _ tile: inout Tile, steps: Int, input: Input, rowStride: Int, inputStride: Int, weights: Input,
  onStep: () -> Void = {}
) {
  var input = input
  var weights = weights
  var rest = steps
  // By twos: moving the pointers on would otherwise cost as much as all loads. Sixteen rows leave
  // no registers for the addresses of two steps.
  while rest >= 2 && Tile.rows < 16 {
    for step in 0..<2 {
      onStep()
      tile.accumulate(
        input + step * inputStride, rowStride, Tile.Segment(weights + step * Tile.Segment.floats))
    }
    input += 2 * inputStride
    weights += 2 * Tile.Segment.floats
    rest -= 2
  }
  while rest > 0 {
    onStep()
    tile.accumulate(input, rowStride, Tile.Segment(weights))
    input += inputStride
    weights += Tile.Segment.floats
    rest -= 1
  }
}
