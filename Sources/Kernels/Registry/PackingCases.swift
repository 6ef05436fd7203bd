import KernelInterface

/// Weights on their way into panels, as they are stored and transposed. What has been packed is
/// read back by a product with the identity.
enum PackingCases {
  private struct Shape {
    var inputs: Int
    var outputs: Int
    /// Whether the steps of a column follow each other in memory, and not the columns of a step.
    var isTransposed = false

    var name: String { "\(inputs)x\(outputs)" + (isTransposed ? " transposed" : "") }
  }

  static let remainders = [
    ("one element", Shape(inputs: 1, outputs: 1)),
    ("one element, transposed", Shape(inputs: 1, outputs: 1, isTransposed: true)),
    ("columns left", Shape(inputs: 9, outputs: 53)),
    ("columns and steps left", Shape(inputs: 9, outputs: 53, isTransposed: true)),
    ("half a vector", Shape(inputs: 6, outputs: 8)),
    ("half a vector, transposed", Shape(inputs: 6, outputs: 8, isTransposed: true)),
    ("a quarter of a vector, transposed", Shape(inputs: 8, outputs: 4, isTransposed: true)),
    ("many steps, transposed", Shape(inputs: 515, outputs: 31, isTransposed: true)),
  ].map { name, shape in pack(name, shape) }

  static let scalingRemainders = [
    ("one element", Shape(inputs: 1, outputs: 1)),
    ("columns left", Shape(inputs: 9, outputs: 53)),
    ("half a vector", Shape(inputs: 6, outputs: 8)),
    ("a quarter of a vector and a half", Shape(inputs: 20, outputs: 44)),
    ("a quarter of a wide vector behind two", Shape(inputs: 12, outputs: 36)),
    ("a quarter of a vector behind two", Shape(inputs: 12, outputs: 18)),
    ("wide panels", Shape(inputs: 34, outputs: 120)),
  ].map { name, shape in scale(name, shape) }

  /// The projections of MixNet-S whose input's gate goes to the weights.
  static let scalingBenchmarks = [(144, 40), (120, 20), (480, 80), (360, 60)].map {
    Shape(inputs: $0, outputs: $1)
  }.map { scale($0.name, $0) }

  /// A narrow and a wide layer of MixNet-S, and its classifier.
  static let benchmarks = [(24, 144), (264, 1584), (1536, 1000)].flatMap { inputs, outputs in
    [false, true].map { Shape(inputs: inputs, outputs: outputs, isTransposed: $0) }
  }.map { pack($0.name, $0) }

  private static func pack(_ name: String, _ shape: Shape) -> KernelCase {
    KernelCase(name: name) { set in
      let weights = KernelBuffer.spread(shape.inputs * shape.outputs, salt: 1)
      let packed = KernelBuffer.results(set.pointwise.packedCount(shape.inputs, shape.outputs))
      let matrix = WeightMatrix(
        values: weights.pointer, inputChannels: shape.inputs, outputChannels: shape.outputs,
        inputStride: shape.isTransposed ? 1 : shape.outputs,
        outputStride: shape.isTransposed ? shape.inputs : 1)
      return KernelRun(
        floatingPointOperations: 0, bytes: 4 * 2 * shape.inputs * shape.outputs,
        buffers: [weights, packed], run: { set.pointwise.pack(matrix, packed.pointer) },
        results: [KernelResult(terms: 0) { unpacked(packed, shape, set) }])
    }
  }

  private static func scale(_ name: String, _ shape: Shape) -> KernelCase {
    KernelCase(name: name) { set in
      let count = set.pointwise.packedCount(shape.inputs, shape.outputs)
      let weights = KernelBuffer.spread(shape.inputs * shape.outputs, salt: 1)
      let factors = KernelBuffer.spread(shape.inputs, salt: 2)
      let (packed, scaled) = (KernelBuffer.results(count), KernelBuffer.results(count))
      set.pointwise.pack(
        WeightMatrix(
          values: weights.pointer, inputChannels: shape.inputs, outputChannels: shape.outputs,
          inputStride: shape.outputs, outputStride: 1),
        packed.pointer)
      return KernelRun(
        floatingPointOperations: 0, bytes: 4 * 2 * shape.inputs * shape.outputs,
        buffers: [packed, factors, scaled],
        run: {
          set.pointwise.scale(
            shape.inputs, shape.outputs, packed.pointer, factors.pointer, scaled.pointer)
        },
        results: [KernelResult(terms: 1) { unpacked(scaled, shape, set) }])
    }
  }

  private static func unpacked(
    _ packed: KernelBuffer, _ shape: Shape, _ set: KernelSet
  ) -> [Float] {
    let identity = KernelBuffer.zeros(shape.inputs * shape.inputs)
    for index in 0..<shape.inputs { identity.pointer[index * (shape.inputs + 1)] = 1 }
    let output = KernelBuffer.results(shape.inputs * shape.outputs)
    set.pointwise.forward(
      PointwiseProduct(
        rows: shape.inputs, inputChannels: shape.inputs, outputChannels: shape.outputs,
        input: identity.pointer, inputStride: shape.inputs, weights: packed.pointer,
        output: output.pointer, outputStride: shape.outputs))
    return output.values
  }
}
