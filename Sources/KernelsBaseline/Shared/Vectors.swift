import KernelInterface

// Loads and stores of whole vectors and of the first lanes of one. Everything here is inlined:
// a function that stayed outside could be shared with a target of another instruction set.

/// Lanes of a vector.
@inline(__always) var width: Int { Vector.scalarCount }

@inline(__always)
func load(_ source: Input) -> Vector {
  UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
}

@inline(__always)
func store(_ vector: Vector, _ destination: Output) {
  UnsafeMutableRawPointer(destination).storeBytes(of: vector, as: Vector.self)
}

/// The first `lanes` floats, zero behind them; reads nothing else.
@inline(__always)
func load(_ source: Input, lanes: Int) -> Vector {
  if lanes >= width { return load(source) }
  if lanes == width / 2 { return Vector(lowHalf: loadHalf(source), highHalf: .zero) }
  return loadFew(source, lanes)
}

/// Writes the first `lanes` floats and nothing else.
@inline(__always)
func store(_ vector: Vector, _ destination: Output, lanes: Int) {
  if lanes >= width { return store(vector, destination) }
  if lanes == width / 2 { return storeHalf(vector.lowHalf, destination) }
  storeFew(vector, destination, lanes)
}

private typealias Half = Vector.HalfOf

extension SIMD4 where Scalar == Float { typealias HalfOf = SIMD2<Float> }
extension SIMD8 where Scalar == Float { typealias HalfOf = SIMD4<Float> }
extension SIMD16 where Scalar == Float { typealias HalfOf = SIMD8<Float> }

@inline(__always)
private func loadHalf(_ source: Input) -> Half {
  UnsafeRawPointer(source).loadUnaligned(as: Half.self)
}

@inline(__always)
private func storeHalf(_ half: Half, _ destination: Output) {
  UnsafeMutableRawPointer(destination).storeBytes(of: half, as: Half.self)
}

@inline(never)
private func loadFew(_ source: Input, _ lanes: Int) -> Vector {
  var vector = Vector.zero
  var lane = 0
  while lane < lanes {
    vector[lane] = source[lane]
    lane += 1
  }
  return vector
}

@inline(never)
private func storeFew(_ vector: Vector, _ destination: Output, _ lanes: Int) {
  var lane = 0
  while lane < lanes {
    destination[lane] = vector[lane]
    lane += 1
  }
}

/// `x` between the bounds; a NaN stays one.
@inline(__always)
func clamp(_ x: Vector, _ lower: Vector, _ upper: Vector) -> Vector {
  let raised = x.replacing(with: lower, where: x .< lower)
  return raised.replacing(with: upper, where: raised .> upper)
}
