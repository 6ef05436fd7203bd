import KernelInterface

/// The vectors of this instruction set.
typealias Vector = SIMD4<Float>
let instructionSet = InstructionSet.baseline
