import Builtin
import KernelInterface

/// The vectors of this instruction set: SSE2 on x86-64, Neon on arm64.
typealias Vector = SIMD4<Float>
/// A vector as the compiler knows it.
typealias Lanes = Builtin.Vec4xFPIEEE32
typealias HalfVector = SIMD2<Float>
/// As wide as a vector.
typealias FloatPairs = SIMD2<Double>
let instructionSet = InstructionSet.baseline

#if arch(arm64)
  /// Vectors that a tile of a matrix product is wide, at most.
  @inline(__always) var panelLimit: Int { 3 }
  /// Rows of a tile of a matrix product that is `vectors` wide: with the vectors of one row of
  /// weights and a factor, they fill the registers. One of the heights in `forEachTile`.
  @inline(__always) func tileHeight(_ vectors: Int) -> Int { vectors == 1 ? 16 : 8 }
#else
  @inline(__always) var panelLimit: Int { 2 }
  @inline(__always) func tileHeight(_ vectors: Int) -> Int { vectors == 1 ? 8 : 4 }
#endif
/// Neighboring outputs of a depthwise convolution that stay in registers.
@inline(__always) var pixelTileWidth: Int { 4 }
/// Taps that a tile of a depthwise weight gradient is wide at most, of some tap rows together: with
/// an output gradient of each row and an input, they fill the registers. 11 at most.
@inline(__always) func tapTileLimit(_ tapRows: Int) -> Int {
  tapRows == 1 ? 4 : tapRows == 2 ? 4 : 2
}

/// Floats of a tensor from which on a depthwise kernel fetches the next band while it computes one.
@inline(__always) var fetchAheadLimit: Int { 256 << 10 }
/// Floats of inputs and outputs of a band of its forward pass.
@inline(__always) var forwardBandFloats: Int { 120_000 }
/// Whether it brings nearer memory near, in order, before it goes through it in strides.
@inline(__always) var approachesMemory: Bool { true }
/// Floats of the images that are gone through for one vector of channels before the next is begun:
/// the second-level cache holds all their channels.
@inline(__always) var imagesTogetherFloats: Int { 100_000 }

/// The activations that are made of exponentials, in the forms that are fastest here.
typealias FastestSigmoid = Sigmoid
typealias FastestSwish = Swish

/// Whether `multiplyAdd` rounds but once.
#if arch(arm64)
  @inline(__always) var fusesMultiplyAdds: Bool { true }
#else
  @inline(__always) var fusesMultiplyAdds: Bool { false }
#endif

/// `a * b + c`; fused only where the instruction set has it, since a fused product without
/// the instruction is a library call per lane.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  #if arch(arm64)
    Vector(lanes: Builtin.int_fma_Vec4xFPIEEE32(a.lanes, b.lanes, c.lanes))
  #else
    a * b + c
  #endif
}

@inline(__always)
func squareRoot(_ a: Vector) -> Vector {
  Vector(lanes: Builtin.int_sqrt_Vec4xFPIEEE32(a.lanes))
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
  let first = Builtin.insertelement_Vec4xFPIEEE32_FPIEEE32_Int32(
    Builtin.zeroInitializer(), value._value, Builtin.zeroInitializer())
  return Builtin.shufflevector_Vec4xFPIEEE32_Vec4xInt32(
    first, first, Builtin.zeroInitializer())
}

/// Four floats over and over.
@inline(__always)
func repeatFour(_ four: SIMD4<Float>) -> Vector { four }

/// Each of the first floats four times.
@inline(__always)
func repeatEachFourTimes(_ source: Input) -> Vector { Vector(repeating: source.pointee) }
