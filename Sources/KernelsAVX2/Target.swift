import KernelInterface
typealias Vector = SIMD8<Float>
let instructionSet = InstructionSet.avx2
