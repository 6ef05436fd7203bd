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

// `load(_:lanes:)` and `store(_:_:lanes:)` are in `Target.swift`: AVX-512 has masks. Without them a
// few lanes take a detour over the stack, so that the way of whole vectors holds nothing but whole
// vectors: where the two meet in registers, the optimiser takes both apart. Where the number of
// lanes is known when compiling, the detour ends as plain moves, which cost less than masks.

/// The first `lanes` floats, zero behind them, by way of the stack; reads nothing else.
@inline(__always)
func loadInPieces(_ source: Input, lanes: Int) -> Vector {
  var few = Vector.zero
  return withUnsafeMutableBytes(of: &few) { bytes in
    var address = source
    if lanes < width, let start = bytes.baseAddress {
      let copy = start.assumingMemoryBound(to: Float.self)
      copyLanes(lanes, from: source, to: copy)
      address = UnsafePointer(copy)
    }
    return load(address)
  }
}

/// Writes the first `lanes` floats and nothing else, by way of the stack.
@inline(__always)
func storeInPieces(_ vector: Vector, _ destination: Output, lanes: Int) {
  var few = Vector.zero
  withUnsafeMutableBytes(of: &few) { bytes in
    if lanes < width, let start = bytes.baseAddress {
      let copy = start.assumingMemoryBound(to: Float.self)
      store(vector, copy)
      copyLanes(lanes, from: copy, to: destination)
    } else {
      store(vector, destination)
    }
  }
}

/// Writes one of the parts, `lanes` wide, fewer than all, that a vector consists of.
@inline(__always)
func storePart(_ part: Int, lanes: Int, of vector: Vector, _ destination: Output) {
  var vector = vector
  withUnsafeBytes(of: &vector) { bytes in
    guard let start = bytes.baseAddress else { return }
    let floats = start.assumingMemoryBound(to: Float.self)
    copyLanes(lanes, from: floats + part * lanes, to: destination)
  }
}

/// Copies fewer floats than a vector has lanes, in pieces of falling powers of two.
@inline(__always)
func copyLanes(_ lanes: Int, from source: Input, to destination: Output) {
  var source = source
  var destination = destination
  if width > 8 && lanes & 8 != 0 { copyPiece(&source, &destination, SIMD8<Float>.self) }
  if width > 4 && lanes & 4 != 0 { copyPiece(&source, &destination, SIMD4<Float>.self) }
  if lanes & 2 != 0 { copyPiece(&source, &destination, SIMD2<Float>.self) }
  if lanes & 1 != 0 { destination.pointee = source.pointee }
}

@inline(__always)
private func copyPiece<Piece: SIMD & BitwiseCopyable>(
  _ source: inout Input, _ destination: inout Output, _: Piece.Type
) where Piece.Scalar == Float {
  UnsafeMutableRawPointer(destination).storeBytes(
    of: UnsafeRawPointer(source).loadUnaligned(as: Piece.self), as: Piece.self)
  source += Piece.scalarCount
  destination += Piece.scalarCount
}

/// The first `lanes` lanes of a vector, zero behind them.
@inline(__always)
func keep(_ lanes: Int, of vector: Vector) -> Vector {
  if lanes >= width { return vector }
  var vector = vector
  return withUnsafeBytes(of: &vector) { bytes in
    guard let start = bytes.baseAddress else { return .zero }
    return load(start.assumingMemoryBound(to: Float.self), lanes: lanes)
  }
}

/// `a` in the lanes of `mask`, `b` in the others.
///
/// Only some of the standard library's vector operations are vector instructions by themselves;
/// the rest, `replacing(with:where:)` on floats and `&`, `^`, `&<<` on integers among them, go
/// lane by lane, and the optimiser does not always find back. Those on masks are, on any bits.
@inline(__always)
func select(_ mask: SIMDMask<Vector.MaskStorage>, _ a: Vector, _ b: Vector) -> Vector {
  typealias Bits = SIMDMask<Vector.MaskStorage>
  let other = unsafeBitCast(b, to: Bits.self)
  return unsafeBitCast(
    other.replacing(with: unsafeBitCast(a, to: Bits.self), where: mask), to: Vector.self)
}

/// `x` between the bounds; a NaN stays one.
@inline(__always)
func clamp(_ x: Vector, _ lower: Vector, _ upper: Vector) -> Vector {
  let raised = select(x .< lower, lower, x)
  return select(raised .> upper, upper, raised)
}

/// `x`, no less than a bound; a NaN stays one.
@inline(__always)
func atLeast(_ lower: Float, _ x: Vector) -> Vector {
  let lower = Vector(repeating: lower)
  return select(x .< lower, lower, x)
}

/// `x`, no more than a bound; a NaN stays one.
@inline(__always)
func atMost(_ upper: Float, _ x: Vector) -> Vector {
  let upper = Vector(repeating: upper)
  return select(x .> upper, upper, x)
}
