import KernelInterface

/// The vectors of this instruction set: SSE2 on x86-64, Neon on arm64.
typealias Vector = SIMD4<Float>
let instructionSet = InstructionSet.baseline

/// Rows of a matrix product that stay in registers, each two vectors wide.
@inline(__always) var rowTileHeight: Int { 4 }
/// Neighboring outputs of a depthwise convolution that stay in registers.
@inline(__always) var pixelTileWidth: Int { 4 }
/// Taps of a depthwise weight gradient that stay in registers, with as many inputs.
@inline(__always) var tapTileLimit: Int { 4 }

/// `a * b + c`; fused only where the instruction set has it, since a fused product without
/// the instruction is a library call per lane.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  #if arch(arm64)
    c.addingProduct(a, b)
  #else
    a * b + c
  #endif
}
