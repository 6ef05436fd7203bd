import Builtin
import KernelInterface

/// The vectors of this instruction set, AVX2 with FMA.
typealias Vector = SIMD8<Float>
/// A vector as the compiler knows it.
typealias Lanes = Builtin.Vec8xFPIEEE32
typealias HalfVector = SIMD4<Float>
/// As wide as a vector.
typealias FloatPairs = SIMD4<Double>
let instructionSet = InstructionSet.avx2

/// Vectors that a tile of a matrix product is wide, at most.
@inline(__always) var panelLimit: Int { 3 }
/// Rows of a tile of a matrix product that is `vectors` wide: with the vectors of one row of
/// weights and a factor, they fill the registers. One of the heights in `forEachTile`.
@inline(__always) func tileHeight(_ vectors: Int) -> Int {
  vectors == 1 ? 12 : vectors == 2 ? 6 : 4
}
/// Neighboring outputs of a depthwise convolution that stay in registers.
@inline(__always) var pixelTileWidth: Int { 6 }
/// Taps that a tile of a depthwise weight gradient is wide at most, of some tap rows together: with
/// an output gradient of each row and an input, they fill the registers. 11 at most.
@inline(__always) func tapTileLimit(_ tapRows: Int) -> Int {
  tapRows == 1 ? 7 : tapRows == 2 ? 6 : 4
}

/// Floats of a tensor from which on a depthwise kernel fetches the next band while it computes one.
@inline(__always) var fetchAheadLimit: Int { 1 << 20 }
/// Floats of inputs and outputs of a band of its forward pass.
@inline(__always) var forwardBandFloats: Int { 62_000 }
/// Whether it brings nearer memory near, in order, before it goes through it in strides. Measured on
/// a Zen 3, whose third-level cache is near enough without.
@inline(__always) var approachesMemory: Bool { false }
/// Floats of the images that are gone through for one vector of channels before the next is begun:
/// the second-level cache holds all their channels.
@inline(__always) var imagesTogetherFloats: Int { 50_000 }

/// The activations that are made of exponentials, in the forms that are fastest here.
typealias FastestSigmoid = Sigmoid
typealias FastestSwish = Swish

/// Whether `multiplyAdd` rounds but once.
@inline(__always) var fusesMultiplyAdds: Bool { true }

/// `a * b + c`, rounded once.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  Vector(lanes: Builtin.int_fma_Vec8xFPIEEE32(a.lanes, b.lanes, c.lanes))
}

@inline(__always)
func squareRoot(_ a: Vector) -> Vector {
  Vector(lanes: Builtin.int_sqrt_Vec8xFPIEEE32(a.lanes))
}

/// The first `lanes` floats, zero behind them; reads nothing else.
@inline(__always)
func load(_ source: Input, lanes: Int) -> Vector { loadInPieces(source, lanes: lanes) }

/// Writes the first `lanes` floats and nothing else.
@inline(__always)
func store(_ vector: Vector, _ destination: Output, lanes: Int) {
  storeInPieces(vector, destination, lanes: lanes)
}

/// A float in every lane.
@inline(__always)
func spread(_ value: Float) -> Lanes {
  let first = Builtin.insertelement_Vec8xFPIEEE32_FPIEEE32_Int32(
    Builtin.zeroInitializer(), value._value, Builtin.zeroInitializer())
  return Builtin.shufflevector_Vec8xFPIEEE32_Vec8xInt32(
    first, first, Builtin.zeroInitializer())
}

/// Four floats over and over.
@inline(__always)
func repeatFour(_ four: SIMD4<Float>) -> Vector { Vector(lowHalf: four, highHalf: four) }

/// Each of the first floats four times.
@inline(__always)
func repeatEachFourTimes(_ source: Input) -> Vector {
  let quarter = UnsafeRawPointer(source).loadUnaligned(as: SIMD2<Float>.self)
  var half = HalfVector.zero
  half.evenHalf = quarter
  half.oddHalf = quarter
  return repeatEach(half)
}
