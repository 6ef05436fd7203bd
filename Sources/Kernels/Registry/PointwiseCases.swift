import KernelInterface

enum PointwiseCases {
  private enum Fetched { case nothing, weights, input }

  private struct Shape {
    var rows: Int
    var inputs: Int
    var outputs: Int
    var activation = KernelActivation.identity
    var hasBias = false
    var hasResidual = false
    /// Whether the residual is the output itself.
    var addsToOutput = false
    /// Floats of other groups between one row and the next.
    var gap = 0
    var fetched = Fetched.nothing

    var name: String { "\(rows)x\(inputs)x\(outputs)" }
  }

  static let forwardRemainders =
    [
      ("one element", Shape(rows: 1, inputs: 1, outputs: 1)),
      ("outputs below a vector", Shape(rows: 5, inputs: 3, outputs: 3, hasBias: true)),
      ("outputs of one vector", Shape(rows: 9, inputs: 7, outputs: 16)),
      ("outputs just beyond a vector", Shape(rows: 13, inputs: 8, outputs: 17)),
      ("a quarter of a vector", Shape(rows: 19, inputs: 20, outputs: 4, hasBias: true)),
      ("half a vector", Shape(rows: 26, inputs: 12, outputs: 8, hasBias: true)),
      ("three quarters of a vector", Shape(rows: 31, inputs: 36, outputs: 12, hasBias: true)),
      ("half a vector, an odd sum", Shape(rows: 10, inputs: 27, outputs: 24, hasBias: true)),
      ("half a vector left", Shape(rows: 23, inputs: 24, outputs: 40, hasBias: true)),
      ("a quarter of a vector left", Shape(rows: 27, inputs: 12, outputs: 36, hasResidual: true)),
      ("two ways, a row by itself", Shape(rows: 27, inputs: 8, outputs: 24)),
      ("four ways, some rows by themselves", Shape(rows: 23, inputs: 24, outputs: 12)),
      ("a quarter of a wide vector by itself", Shape(rows: 211, inputs: 12, outputs: 36)),
      ("a quarter of a vector by itself", Shape(rows: 211, inputs: 12, outputs: 18)),
      ("three quarters, some rows by themselves", Shape(rows: 23, inputs: 12, outputs: 6)),
      ("outputs of one panel", Shape(rows: 8, inputs: 33, outputs: 32)),
      ("many rows, many panels", Shape(rows: 2100, inputs: 65, outputs: 71)),
      ("few rows, weights fetched", Shape(rows: 49, inputs: 41, outputs: 203, fetched: .weights)),
      ("other memory fetched", Shape(rows: 49, inputs: 41, outputs: 203, fetched: .input)),
      ("residual", Shape(rows: 15, inputs: 20, outputs: 27, hasBias: true, hasResidual: true)),
      ("group of wider rows", Shape(rows: 11, inputs: 6, outputs: 10, hasResidual: true, gap: 5)),
      (
        "added to, outputs of panels and some beyond",
        Shape(rows: 29, inputs: 20, outputs: 59, hasBias: true, addsToOutput: true, gap: 5)
      ),
    ].map { name, shape in forward(name, shape) }
    + KernelActivation.allCases.map { activation in
      forward(
        "\(activation)",
        Shape(
          rows: 7, inputs: 12, outputs: 37, activation: activation, hasBias: true,
          hasResidual: true))
    }

  static let inputGradientRemainders = [
    ("a quarter of a vector", Shape(rows: 17, inputs: 4, outputs: 12)),
    ("half a vector", Shape(rows: 21, inputs: 8, outputs: 20, hasResidual: true)),
    ("odd channels behind", Shape(rows: 14, inputs: 24, outputs: 9)),
    ("two panels", Shape(rows: 29, inputs: 36, outputs: 12, hasResidual: true, gap: 4)),
  ].map { name, shape in forward(name, shape, transposed: true) }

  static let gradientRemainders = [
    ("one element", Shape(rows: 1, inputs: 1, outputs: 1)),
    ("below a vector", Shape(rows: 9, inputs: 3, outputs: 5)),
    ("equal to a vector", Shape(rows: 129, inputs: 16, outputs: 16)),
    ("beyond a vector", Shape(rows: 300, inputs: 21, outputs: 45)),
    ("a single tile", Shape(rows: 1100, inputs: 8, outputs: 24)),
    ("quarters of a vector", Shape(rows: 140, inputs: 36, outputs: 12, hasResidual: true)),
    ("some quarters beyond a vector", Shape(rows: 99, inputs: 20, outputs: 22, gap: 3)),
    ("one panel", Shape(rows: 64, inputs: 9, outputs: 32)),
    ("group of wider rows", Shape(rows: 30, inputs: 7, outputs: 19, gap: 6)),
    ("added to", Shape(rows: 200, inputs: 15, outputs: 18, hasResidual: true)),
  ].map { name, shape in gradient(name, shape) }

  /// Products of MixNet-S for an image of 224x224 on one thread: expansions, in the bands of a core
  /// whose second-level cache has two megabytes, projections and the head. Of grouped products, one
  /// group's.
  private static let imageShapes = [
    Shape(rows: 12544, inputs: 16, outputs: 16), Shape(rows: 1456, inputs: 8, outputs: 48),
    Shape(rows: 3136, inputs: 48, outputs: 12), Shape(rows: 1624, inputs: 12, outputs: 36),
    Shape(rows: 3136, inputs: 36, outputs: 12), Shape(rows: 1064, inputs: 24, outputs: 144),
    Shape(rows: 784, inputs: 144, outputs: 40), Shape(rows: 532, inputs: 40, outputs: 240),
    Shape(rows: 784, inputs: 120, outputs: 20), Shape(rows: 448, inputs: 20, outputs: 120),
    Shape(rows: 196, inputs: 240, outputs: 40), Shape(rows: 196, inputs: 80, outputs: 480),
    Shape(rows: 196, inputs: 60, outputs: 180), Shape(rows: 196, inputs: 180, outputs: 60),
    Shape(rows: 196, inputs: 120, outputs: 720), Shape(rows: 49, inputs: 720, outputs: 200),
    Shape(rows: 49, inputs: 200, outputs: 1200), Shape(rows: 49, inputs: 600, outputs: 100),
    Shape(rows: 49, inputs: 200, outputs: 1536),
  ]
  /// Products of the networks for images of 32x32 in training, in blocks of rows.
  private static let blockShapes = [
    Shape(rows: 1024, inputs: 8, outputs: 24), Shape(rows: 1024, inputs: 24, outputs: 12),
    Shape(rows: 1024, inputs: 12, outputs: 36), Shape(rows: 688, inputs: 36, outputs: 12),
    Shape(rows: 512, inputs: 24, outputs: 96), Shape(rows: 256, inputs: 96, outputs: 24),
    Shape(rows: 256, inputs: 40, outputs: 120), Shape(rows: 256, inputs: 120, outputs: 40),
    Shape(rows: 256, inputs: 40, outputs: 128), Shape(rows: 1024, inputs: 16, outputs: 48),
    Shape(rows: 1024, inputs: 48, outputs: 24), Shape(rows: 352, inputs: 72, outputs: 24),
    Shape(rows: 512, inputs: 32, outputs: 128), Shape(rows: 256, inputs: 96, outputs: 32),
    Shape(rows: 256, inputs: 64, outputs: 192), Shape(rows: 256, inputs: 192, outputs: 64),
    Shape(rows: 1024, inputs: 24, outputs: 72), Shape(rows: 256, inputs: 72, outputs: 32),
    Shape(rows: 128, inputs: 64, outputs: 384), Shape(rows: 256, inputs: 256, outputs: 64),
    Shape(rows: 256, inputs: 112, outputs: 336), Shape(rows: 256, inputs: 384, outputs: 112),
  ]
  static let forwardBenchmarks = (imageShapes + blockShapes).map { forward($0.name, $0) }
  /// Of the gradients of the outputs, so the sums are over these.
  static let inputGradientBenchmarks = blockShapes.map {
    forward("\($0.rows)x\($0.outputs)x\($0.inputs)", $0, transposed: true)
  }
  static let gradientBenchmarks = blockShapes.map { gradient($0.name, $0) }

  /// - Parameter transposed: by the transposed weights, from gradients of outputs to those of
  ///   inputs.
  private static func forward(
    _ name: String, _ shape: Shape, transposed: Bool = false
  ) -> KernelCase {
    var shape = shape
    if transposed { swap(&shape.inputs, &shape.outputs) }
    return KernelCase(name: name) { [shape] set in
      let inputStride = shape.inputs + shape.gap
      let outputStride = shape.outputs + shape.gap
      let input = KernelBuffer.spread((shape.rows - 1) * inputStride + shape.inputs, salt: 1)
      let weights = KernelBuffer.spread(shape.inputs * shape.outputs, salt: 2)
      let packed = KernelBuffer.results(set.pointwise.packedCount(shape.inputs, shape.outputs))
      let bias = KernelBuffer.spread(shape.outputs, salt: 3)
      // Zero between the rows, so that a write there shows.
      let outputCount = (shape.rows - 1) * outputStride + shape.outputs
      let residual = KernelBuffer.spread(outputCount, salt: 4)
      let output = shape.addsToOutput ? residual : .zeros(outputCount)
      set.pointwise.pack(
        WeightMatrix(
          values: weights.pointer, inputChannels: shape.inputs, outputChannels: shape.outputs,
          inputStride: transposed ? 1 : shape.outputs,
          outputStride: transposed ? shape.inputs : 1),
        packed.pointer)
      let call = PointwiseProduct(
        rows: shape.rows, inputChannels: shape.inputs, outputChannels: shape.outputs,
        input: input.pointer, inputStride: inputStride, weights: packed.pointer,
        output: output.pointer, outputStride: outputStride,
        bias: shape.hasBias ? UnsafePointer(bias.pointer) : nil,
        residual: shape.hasResidual || shape.addsToOutput ? UnsafePointer(residual.pointer) : nil,
        activation: shape.activation,
        fetchedFloats: shape.fetched == .weights
          ? set.pointwise.packedCount(shape.inputs, shape.outputs)
          : shape.fetched == .input ? shape.rows * inputStride : 0,
        fetchedFrom: shape.fetched == .input ? UnsafePointer(input.pointer) : nil)
      return KernelRun(
        floatingPointOperations: 2 * shape.rows * shape.inputs * shape.outputs,
        bytes: 4
          * (shape.rows * (shape.inputs + shape.outputs) + shape.inputs * shape.outputs),
        buffers: [input, weights, packed, bias, output, residual],
        run: { set.pointwise.forward(call) },
        results: [KernelResult(output, terms: shape.inputs + 2)])
    }
  }

  private static func gradient(_ name: String, _ shape: Shape) -> KernelCase {
    KernelCase(name: name) { set in
      let leftStride = shape.inputs + shape.gap
      let rightStride = shape.outputs + shape.gap
      let left = KernelBuffer.spread((shape.rows - 1) * leftStride + shape.inputs, salt: 1)
      let right = KernelBuffer.spread((shape.rows - 1) * rightStride + shape.outputs, salt: 2)
      let output = KernelBuffer.spread((shape.inputs - 1) * rightStride + shape.outputs, salt: 3)
      let call = OuterProduct(
        rows: shape.rows, leftChannels: shape.inputs, rightChannels: shape.outputs,
        left: left.pointer, leftStride: leftStride, right: right.pointer,
        rightStride: rightStride, output: output.pointer, outputStride: rightStride,
        accumulates: shape.hasResidual)
      return KernelRun(
        floatingPointOperations: 2 * shape.rows * shape.inputs * shape.outputs,
        bytes: 4
          * (shape.rows * (shape.inputs + shape.outputs) + shape.inputs * shape.outputs),
        buffers: [left, right, output], run: { set.pointwise.weightGradient(call) },
        results: [KernelResult(output, terms: shape.rows + 1)])
    }
  }
}
