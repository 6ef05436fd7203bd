import KernelInterface

/// A register tile of a depthwise convolution: vectors of channels of neighboring pixels.
protocol PixelGroup {
  static var count: Int { get }
  init(repeating vector: Vector)
  /// The pixels `first`, `first + step`, and so on.
  init<C: Columns>(_ columns: C, first: Int, step: Int)
  /// `self[p] += window[p] * weight`.
  mutating func accumulate(_ window: Self, _ weight: Vector)
  /// Moves every pixel one place down, puts `vector` last, and returns what was first.
  mutating func push(_ vector: Vector) -> Vector
  /// Writes the first `valid` pixels, clamped.
  func write(_ result: Output, stride: Int, valid: Int, _ bounds: Bounds)
  /// Adds to what is in memory, whole vectors.
  func add(to result: Output, stride: Int)
}

/// What pixels are clamped to, and the lanes of theirs that exist.
struct Bounds {
  var lower: Vector
  var upper: Vector
  var lanes: Int
}

struct Pixel: PixelGroup {
  var vector: Vector

  @inline(__always) static var count: Int { 1 }

  @inline(__always)
  init(repeating vector: Vector) { self.vector = vector }

  @inline(__always)
  init<C: Columns>(_ columns: C, first: Int, step: Int) { vector = columns[first] }

  @inline(__always)
  mutating func accumulate(_ window: Pixel, _ weight: Vector) {
    vector = multiplyAdd(window.vector, weight, vector)
  }

  @inline(__always)
  mutating func push(_ vector: Vector) -> Vector {
    let first = self.vector
    self.vector = vector
    return first
  }

  @inline(__always)
  func write(_ result: Output, stride: Int, valid: Int, _ bounds: Bounds) {
    if valid > 0 { store(clamp(vector, bounds.lower, bounds.upper), result, lanes: bounds.lanes) }
  }

  @inline(__always)
  func add(to result: Output, stride: Int) { store(load(result) + vector, result) }
}

extension Stack: PixelGroup where Upper: PixelGroup, Lower: PixelGroup {
  @inline(__always) static var count: Int { Upper.count + Lower.count }

  @inline(__always)
  init(repeating vector: Vector) {
    self.init(upper: Upper(repeating: vector), lower: Lower(repeating: vector))
  }

  @inline(__always)
  init<C: Columns>(_ columns: C, first: Int, step: Int) {
    self.init(
      upper: Upper(columns, first: first, step: step),
      lower: Lower(columns, first: first + Upper.count * step, step: step))
  }

  @inline(__always)
  mutating func accumulate(_ window: Self, _ weight: Vector) {
    upper.accumulate(window.upper, weight)
    lower.accumulate(window.lower, weight)
  }

  @inline(__always)
  mutating func push(_ vector: Vector) -> Vector { upper.push(lower.push(vector)) }

  @inline(__always)
  func write(_ result: Output, stride: Int, valid: Int, _ bounds: Bounds) {
    upper.write(result, stride: stride, valid: valid, bounds)
    lower.write(
      result + Upper.count * stride, stride: stride, valid: valid - Upper.count, bounds)
  }

  @inline(__always)
  func add(to result: Output, stride: Int) {
    upper.add(to: result, stride: stride)
    lower.add(to: result + Upper.count * stride, stride: stride)
  }
}

/// One vector of channels of a row of pixels.
protocol Columns {
  subscript(_ column: Int) -> Vector { get }
}

/// A row of which only whole vectors inside memory are asked for. With fewer channels than
/// lanes, the other lanes hold the next pixel's channels.
struct InnerColumns: Columns {
  var row: Input
  var stride: Int

  @inline(__always)
  subscript(_ column: Int) -> Vector { load(row + column * stride) }
}

/// A row with zeros on both sides.
struct BorderedColumns: Columns {
  var row: Input
  var stride: Int
  var width: Int
  var lanes: Int

  @inline(__always)
  subscript(_ column: Int) -> Vector {
    if UInt(bitPattern: column) >= UInt(bitPattern: width) { return .zero }
    return load(row + column * stride, lanes: lanes)
  }
}
