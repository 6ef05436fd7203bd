import KernelInterface

/// The vectors of this instruction set, AVX-512.
typealias Vector = SIMD16<Float>
typealias HalfVector = SIMD8<Float>
/// As wide as a vector.
typealias FloatPairs = SIMD8<Double>
let instructionSet = InstructionSet.avx512

/// Vectors that a tile of a matrix product is wide, at most.
@inline(__always) var panelLimit: Int { 3 }
/// Rows of a tile of a matrix product that is `vectors` wide: with the vectors of one row of
/// weights and a factor, they fill the registers.
@inline(__always) func tileHeight(_ vectors: Int) -> Int { vectors == 1 ? 16 : 8 }
/// Neighboring outputs of a depthwise convolution that stay in registers.
@inline(__always) var pixelTileWidth: Int { 8 }
/// Taps of a depthwise weight gradient that stay in registers, with as many inputs.
@inline(__always) var tapTileLimit: Int { 11 }

/// `a * b + c`, rounded once.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  c.addingProduct(a, b)
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
