import KernelInterface

/// The vectors of this instruction set, AVX-512.
typealias Vector = SIMD16<Float>
let instructionSet = InstructionSet.avx512

/// Rows of a matrix product that stay in registers, each two vectors wide.
@inline(__always) var rowTileHeight: Int { 8 }
/// Neighboring outputs of a depthwise convolution that stay in registers.
@inline(__always) var pixelTileWidth: Int { 8 }
/// Taps of a depthwise weight gradient that stay in registers, with as many inputs.
@inline(__always) var tapTileLimit: Int { 11 }

/// `a * b + c`, rounded once.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  c.addingProduct(a, b)
}
