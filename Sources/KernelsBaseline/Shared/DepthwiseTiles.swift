import KernelInterface

// The registers of the depthwise kernels' inner loops. Sources lie in padded scratch rows, one
// aligned vector per pixel, so a tile is a run of accumulators whose sources are a constant number
// of floats apart: each tap loads its weight, and a source for every multiply-add or two.

/// A register tile: accumulators of neighboring results.
protocol Accumulators {
  static var count: Int { get }
  init(repeating vector: Vector)
  /// `self[p] += source[p] * factor`, with `step` floats from source to source.
  mutating func accumulate(_ source: Input, _ step: Int, _ factor: Vector)
  /// The same for two tiles that share their sources; each is loaded once.
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ source: Input, _ step: Int, _ forA: Vector,
    _ forB: Vector)
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ c: inout Self, _ source: Input, _ step: Int,
    _ forA: Vector, _ forB: Vector, _ forC: Vector)
  /// `self[p] *= factors[p]`
  mutating func multiply(_ factors: Input, _ step: Int)
  mutating func limit(_ lower: Vector, _ upper: Vector)
  func write(to result: Output, _ step: Int)
  /// The first lanes of each vector.
  func write(to result: Output, _ step: Int, lanes: Int)
  /// `result[p] += self[p]`, one vector behind the other.
  func add(to result: Output)
}

struct Single: Accumulators {
  var vector: Vector

  @inline(__always) static var count: Int { 1 }

  @inline(__always)
  init(repeating vector: Vector) { self.vector = vector }

  @inline(__always)
  mutating func accumulate(_ source: Input, _ step: Int, _ factor: Vector) {
    vector = multiplyAdd(load(source), factor, vector)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Single, _ b: inout Single, _ source: Input, _ step: Int, _ forA: Vector,
    _ forB: Vector
  ) {
    let shared = load(source)
    a.vector = multiplyAdd(shared, forA, a.vector)
    b.vector = multiplyAdd(shared, forB, b.vector)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Single, _ b: inout Single, _ c: inout Single, _ source: Input, _ step: Int,
    _ forA: Vector, _ forB: Vector, _ forC: Vector
  ) {
    let shared = load(source)
    a.vector = multiplyAdd(shared, forA, a.vector)
    b.vector = multiplyAdd(shared, forB, b.vector)
    c.vector = multiplyAdd(shared, forC, c.vector)
  }

  @inline(__always)
  mutating func multiply(_ factors: Input, _ step: Int) { vector *= load(factors) }

  @inline(__always)
  mutating func limit(_ lower: Vector, _ upper: Vector) {
    vector = clamp(vector, lower, upper)
  }

  @inline(__always)
  func write(to result: Output, _ step: Int) { store(vector, result) }

  @inline(__always)
  func write(to result: Output, _ step: Int, lanes: Int) {
    store(vector, result, lanes: lanes)
  }

  @inline(__always)
  func add(to result: Output) { store(load(result) + vector, result) }
}

extension Stack: Accumulators where Upper: Accumulators, Lower: Accumulators {
  @inline(__always) static var count: Int { Upper.count + Lower.count }

  @inline(__always)
  init(repeating vector: Vector) {
    self.init(upper: Upper(repeating: vector), lower: Lower(repeating: vector))
  }

  @inline(__always)
  mutating func accumulate(_ source: Input, _ step: Int, _ factor: Vector) {
    upper.accumulate(source, step, factor)
    lower.accumulate(source + Upper.count * step, step, factor)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ source: Input, _ step: Int, _ forA: Vector,
    _ forB: Vector
  ) {
    let rest = source + Upper.count * step
    Upper.accumulate(&a.upper, &b.upper, source, step, forA, forB)
    Lower.accumulate(&a.lower, &b.lower, rest, step, forA, forB)
  }

  @inline(__always)
  static func accumulate(
    _ a: inout Self, _ b: inout Self, _ c: inout Self, _ source: Input, _ step: Int,
    _ forA: Vector, _ forB: Vector, _ forC: Vector
  ) {
    let rest = source + Upper.count * step
    Upper.accumulate(&a.upper, &b.upper, &c.upper, source, step, forA, forB, forC)
    Lower.accumulate(&a.lower, &b.lower, &c.lower, rest, step, forA, forB, forC)
  }

  @inline(__always)
  mutating func multiply(_ factors: Input, _ step: Int) {
    upper.multiply(factors, step)
    lower.multiply(factors + Upper.count * step, step)
  }

  @inline(__always)
  mutating func limit(_ least: Vector, _ most: Vector) {
    upper.limit(least, most)
    lower.limit(least, most)
  }

  @inline(__always)
  func write(to result: Output, _ step: Int) {
    upper.write(to: result, step)
    lower.write(to: result + Upper.count * step, step)
  }

  @inline(__always)
  func write(to result: Output, _ step: Int, lanes: Int) {
    upper.write(to: result, step, lanes: lanes)
    lower.write(to: result + Upper.count * step, step, lanes: lanes)
  }

  @inline(__always)
  func add(to result: Output) {
    upper.add(to: result)
    lower.add(to: result + Upper.count * width)
  }
}
