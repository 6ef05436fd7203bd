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

// A few lanes take a detour over the stack, so that the way of whole vectors holds nothing but
// whole vectors: where the two meet in registers, the optimiser takes both apart.

/// The first `lanes` floats, zero behind them; reads nothing else.
@inline(__always)
func load(_ source: Input, lanes: Int) -> Vector {
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

/// Writes the first `lanes` floats and nothing else.
@inline(__always)
func store(_ vector: Vector, _ destination: Output, lanes: Int) {
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

/// Copies fewer floats than a vector has lanes.
@inline(never)
private func copyLanes(_ lanes: Int, from source: Input, to destination: Output) {
  let half = width / 2
  var lane = 0
  if lanes >= half {
    typealias Half = Vector.HalfVector
    UnsafeMutableRawPointer(destination).storeBytes(
      of: UnsafeRawPointer(source).loadUnaligned(as: Half.self), as: Half.self)
    lane = half
  }
  while lane < lanes {
    destination[lane] = source[lane]
    lane += 1
  }
}

extension SIMD4 where Scalar == Float { fileprivate typealias HalfVector = SIMD2<Float> }
extension SIMD8 where Scalar == Float { fileprivate typealias HalfVector = SIMD4<Float> }
extension SIMD16 where Scalar == Float { fileprivate typealias HalfVector = SIMD8<Float> }

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
