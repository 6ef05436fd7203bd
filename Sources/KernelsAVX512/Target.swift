import Builtin
import KernelInterface

/// The vectors of this instruction set, AVX-512.
typealias Vector = SIMD16<Float>
/// A vector as the compiler knows it.
typealias Lanes = Builtin.Vec16xFPIEEE32
typealias HalfVector = SIMD8<Float>
/// As wide as a vector.
typealias FloatPairs = SIMD8<Double>
let instructionSet = InstructionSet.avx512

/// Vectors that a tile of a matrix product is wide, at most.
@inline(__always) var panelLimit: Int { 3 }
/// Rows of a tile of a matrix product that is `vectors` wide: with the vectors of one row of
/// weights and a factor, they fill the registers. One of the heights in `forEachTile`.
@inline(__always) func tileHeight(_ vectors: Int) -> Int { vectors == 1 ? 16 : 8 }
/// Neighboring outputs of a depthwise convolution that stay in registers.
@inline(__always) var pixelTileWidth: Int { 8 }
/// Taps that a tile of a depthwise weight gradient is wide at most, of some tap rows together: with
/// an output gradient of each row and an input, they fill the registers. 11 at most.
@inline(__always) func tapTileLimit(_ tapRows: Int) -> Int {
  tapRows == 1 ? 11 : tapRows == 2 ? 11 : 7
}

/// Floats of a tensor from which on a depthwise kernel fetches the next band while it computes one.
@inline(__always) var fetchAheadLimit: Int { 256 << 10 }
/// Floats of inputs and outputs of a band of its forward pass.
@inline(__always) var forwardBandFloats: Int { 120_000 }
/// Whether it brings nearer memory near, in order, before it goes through it in strides: the
/// third-level cache of servers is slow, and fetches ahead only what is asked for in order.
@inline(__always) var approachesMemory: Bool { true }
/// Floats of the images that are gone through for one vector of channels before the next is begun:
/// the second-level cache holds all their channels.
@inline(__always) var imagesTogetherFloats: Int { 100_000 }

/// The activations that are made of exponentials, in the forms that are fastest here.
typealias FastestSigmoid = TabulatedSigmoid
typealias FastestSwish = TabulatedSwish

/// Whether `multiplyAdd` rounds but once.
@inline(__always) var fusesMultiplyAdds: Bool { true }

/// `a * b + c`, rounded once.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  Vector(lanes: Builtin.int_fma_Vec16xFPIEEE32(a.lanes, b.lanes, c.lanes))
}

@inline(__always)
func squareRoot(_ a: Vector) -> Vector {
  Vector(lanes: Builtin.int_sqrt_Vec16xFPIEEE32(a.lanes))
}

/// The first `lanes` floats, zero behind them; reads nothing else.
@inline(__always)
func load(_ source: Input, lanes: Int) -> Vector {
  let alignment = Int32(MemoryLayout<Float>.alignment)
  return Vector(
    lanes: Builtin.int_masked_load_Vec16xFPIEEE32_RawPointer(
      source._rawValue, alignment._value, mask(lanes), Builtin.zeroInitializer()))
}

/// Writes the first `lanes` floats and nothing else.
@inline(__always)
func store(_ vector: Vector, _ destination: Output, lanes: Int) {
  let alignment = Int32(MemoryLayout<Float>.alignment)
  Builtin.int_masked_store_Vec16xFPIEEE32_RawPointer(
    vector.lanes, destination._rawValue, alignment._value, mask(lanes))
}

/// True in the first `lanes` lanes.
@inline(__always)
private func mask(_ lanes: Int) -> Builtin.Vec16xInt1 {
  let places = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  let ends = SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: lanes))
  return Builtin.cmp_slt_Vec16xInt32(
    Builtin.reinterpretCast(places), Builtin.reinterpretCast(ends))
}

/// A float in every lane.
@inline(__always)
func spread(_ value: Float) -> Lanes {
  let first = Builtin.insertelement_Vec16xFPIEEE32_FPIEEE32_Int32(
    Builtin.zeroInitializer(), value._value, Builtin.zeroInitializer())
  return Builtin.shufflevector_Vec16xFPIEEE32_Vec16xInt32(
    first, first, Builtin.zeroInitializer())
}

/// Four floats over and over.
@inline(__always)
func repeatFour(_ four: SIMD4<Float>) -> Vector {
  let half = HalfVector(lowHalf: four, highHalf: four)
  return Vector(lowHalf: half, highHalf: half)
}

/// Each of the first floats four times.
@inline(__always)
func repeatEachFourTimes(_ source: Input) -> Vector {
  let quarter = UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self)
  var half = HalfVector.zero
  half.evenHalf = quarter
  half.oddHalf = quarter
  return repeatEach(half)
}
