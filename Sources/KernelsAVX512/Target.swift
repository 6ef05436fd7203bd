import KernelInterface
typealias Vector = SIMD16<Float>
let instructionSet = InstructionSet.avx512
