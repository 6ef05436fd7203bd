import Kernels
import Testing

@Suite struct PointwiseTests {
  /// Threads cut rows as they like, so a row's bits must not depend on its neighbors.
  @Test(arguments: KernelSet.available.map(\.instructionSet), KernelActivation.allCases)
  func bitsOfARowDoNotDependOnTheCall(
    instructionSet: InstructionSet, activation: KernelActivation
  ) throws {
    let set = try #require(KernelSet.named(instructionSet))
    // An odd sum; columns of halves and of quarters of a vector.
    for (inputs, outputs) in [
      (37, 45), (36, 41), (10, 24), (12, 12), (12, 36), (12, 18), (12, 6),
    ] {
      checkBitsOfRows(set, activation, inputs: inputs, outputs: outputs)
    }
  }

  private func checkBitsOfRows(
    _ set: KernelSet, _ activation: KernelActivation, inputs: Int, outputs: Int
  ) {
    let rows = 23
    let input = (0..<rows * inputs).map { Float($0 % 101) / 37 - 1.3 }
    let weights = (0..<inputs * outputs).map { Float($0 % 89) / 41 - 1.1 }
    let bias = (0..<outputs).map { Float($0) / 50 }
    var packed = [Float](repeating: 0, count: set.pointwise.packedCount(inputs, outputs))
    packed.withUnsafeMutableBufferPointer { packed in
      weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress, let packed = packed.baseAddress else { return }
        set.pointwise.pack(
          WeightMatrix(
            values: weights, inputChannels: inputs, outputChannels: outputs,
            inputStride: outputs, outputStride: 1), packed)
      }
    }
    func forward(_ cuts: [Int]) -> [UInt32] {
      var output = [Float](repeating: 0, count: rows * outputs)
      output.withUnsafeMutableBufferPointer { output in
        input.withUnsafeBufferPointer { input in
          packed.withUnsafeBufferPointer { packed in
            bias.withUnsafeBufferPointer { bias in
              guard let input = input.baseAddress, let packed = packed.baseAddress,
                let output = output.baseAddress, let bias = bias.baseAddress
              else { return }
              for (first, end) in zip(cuts, cuts.dropFirst()) {
                set.pointwise.forward(
                  PointwiseProduct(
                    rows: end - first, inputChannels: inputs, outputChannels: outputs,
                    input: input + first * inputs, inputStride: inputs, weights: packed,
                    output: output + first * outputs, outputStride: outputs, bias: bias,
                    activation: activation))
              }
            }
          }
        }
      }
      return output.map(\.bitPattern)
    }
    let whole = forward([0, rows])
    #expect(forward([0, 1, 3, 10, 22, rows]) == whole)
    #expect(forward(Array(0...rows)) == whole)
  }
}
