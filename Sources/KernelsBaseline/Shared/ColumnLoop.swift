import KernelInterface

/// What is done to a matrix `[rows, channels]`, vector by vector, with a few vectors of each
/// channel's own (factors, sums) that stay in registers from row to row.
protocol ColumnLoop {
  associatedtype Column
  static var floats: Int { get }
  /// What a column of vectors starts with, `offset` floats behind the start of a row; its first
  /// channel is that many places on, where the first follows the last.
  func start(_ offset: Int) -> Column
  /// Goes over the vector at `place`, of which the first `count` floats exist, at least one.
  func visit(_ column: inout Column, _ place: Int, _ count: Int)
  /// Fetches what `visit` will find at `place` later, if it may come from memory: going down a
  /// column, the hardware does not see that the next rows will be asked for. The place may lie
  /// behind the matrix.
  func fetch(_ place: Int)
  /// Takes what a column leaves, its sums perhaps, to memory.
  func finish(_ column: Column, _ offset: Int)
}

extension ColumnLoop {
  @inline(__always) static var floats: Int { width }

  @inline(__always)
  func fetch(_ place: Int) {}
}

/// Two neighboring columns at once.
private struct Twice<Loop: ColumnLoop>: ColumnLoop {
  struct Column {
    var left: Loop.Column
    var right: Loop.Column
  }

  var loop: Loop

  @inline(__always) static var floats: Int { 2 * Loop.floats }

  @inline(__always)
  func start(_ offset: Int) -> Column {
    Column(left: loop.start(offset), right: loop.start(offset + Loop.floats))
  }

  @inline(__always)
  func visit(_ column: inout Column, _ place: Int, _ count: Int) {
    // Only whole vectors are walked two at a time.
    loop.visit(&column.left, place, Loop.floats)
    loop.visit(&column.right, place + Loop.floats, Loop.floats)
  }

  @inline(__always)
  func fetch(_ place: Int) {
    loop.fetch(place)
    loop.fetch(place + Loop.floats)
  }

  @inline(__always)
  func finish(_ column: Column, _ offset: Int) {
    loop.finish(column.left, offset)
    loop.finish(column.right, offset + Loop.floats)
  }
}

/// How a matrix is cut into columns of vectors.
///
/// Where the channels do not fill whole vectors, several rows make one wide row that does, and
/// a vector may lie across the border between two of them:
///
///     4 lanes, 6 channels     |0 1 2 3|4 5 0 1|2 3 4 5|
private struct WideRows {
  /// Wide rows, and the floats of one.
  var rows: Int
  var floats: Int
  /// Floats behind the last wide row, fewer than one has.
  var rest: Int

  @inline(__always)
  init(rows: Int, channels: Int) {
    var merged = 1
    while merged * channels & (width - 1) != 0 { merged *= 2 }
    // A few vectors at once hide each other's latency.
    while merged * channels & (4 * width - 1) != 0 && merged * channels < 16 * width
      && 16 * merged <= rows
    {
      merged *= 2
    }
    self.rows = rows / merged
    floats = merged * channels
    rest = (rows - self.rows * merged) * channels
  }
}

/// Wide rows whose sums stay in registers, at most: long chains of sums lose accuracy.
private let rowLimit = 256
/// Floats that are gone over column by column before the next ones, 128 KB of them.
private let blockFloats = 32_768

/// Runs a loop over all vectors of a matrix, two columns at a time.
@inline(__always)
func walk<Loop: ColumnLoop>(_ loop: Loop, rows: Int, channels: Int) {
  walkColumns(Twice(loop: loop), loop, WideRows(rows: rows, channels: channels))
}

/// The same, four columns at a time, for loops with few registers.
@inline(__always)
func walkFour<Loop: ColumnLoop>(_ loop: Loop, rows: Int, channels: Int) {
  walkColumns(
    Twice(loop: Twice(loop: loop)), loop, WideRows(rows: rows, channels: channels))
}

@inline(__always)
private func walkColumns<Many: ColumnLoop, One: ColumnLoop>(
  _ many: Many, _ one: One, _ matrix: WideRows
) {
  let block = max(1, min(rowLimit, blockFloats / matrix.floats))
  var row = 0
  while row < matrix.rows {
    let rows = min(block, matrix.rows - row)
    let start = row * matrix.floats
    var offset = 0
    while offset + Many.floats <= matrix.floats {
      walkColumn(many, offset, start, matrix.floats, rows, Many.floats)
      offset += Many.floats
    }
    while offset < matrix.floats {
      walkColumn(one, offset, start, matrix.floats, rows, matrix.floats - offset)
      offset += One.floats
    }
    row += rows
  }
  var offset = 0
  while offset < matrix.rest {
    walkColumn(
      one, offset, matrix.rows * matrix.floats, matrix.floats, 1, matrix.rest - offset)
    offset += One.floats
  }
}

/// One column: `rows` wide rows from `place` on.
@inline(__always)
private func walkColumn<Loop: ColumnLoop>(
  _ loop: Loop, _ offset: Int, _ place: Int, _ stride: Int, _ rows: Int, _ floats: Int
) {
  var column = loop.start(offset)
  var current = place + offset
  // To the same column of the next rows, which may be those of the caller's next matrix.
  let ahead = rows * stride
  for _ in 0..<rows {
    loop.fetch(current + ahead)
    loop.visit(&column, current, floats)
    current += stride
  }
  loop.finish(column, offset)
}
