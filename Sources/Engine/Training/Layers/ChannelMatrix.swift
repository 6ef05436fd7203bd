import Kernels

/// A block-diagonal weight matrix, with a bias or without, that every row's channels are
/// multiplied by: of 1×1 convolutions, grouped or not, and of dense layers. A group works on its
/// slice of the channels in place, without a copy.
struct ChannelMatrix {
  struct Group {
    var firstInput: Int
    var inputs: Int
    var firstOutput: Int
    var outputs: Int
    /// Offset of its `[inputs, outputs]` matrix among all weights.
    var weights: Int
  }

  let inputChannels: Int
  let outputChannels: Int
  private let groups: [Group]
  private let bias: Int?
  private let pointwise: PointwiseKernels
  private let elementwise: ElementwiseKernels

  /// - Parameters:
  ///   - groups: in order, their weights without gaps.
  ///   - bias: offset among all weights.
  init(groups: [Group], bias: Int?, _ site: LayerSite) {
    self.groups = groups
    self.bias = bias
    inputChannels = site.input.channels
    outputChannels = site.output.channels
    pointwise = site.kernels.pointwise
    elementwise = site.kernels.elementwise
  }

  // MARK: Sizes, in floats

  var packedCount: Int {
    groups.reduce(0) { $0 + pointwise.packedCount($1.inputs, $1.outputs) }
  }
  var transposedCount: Int {
    groups.reduce(0) { $0 + pointwise.packedCount($1.outputs, $1.inputs) }
  }
  /// Of the gradients of the weights, and behind them that of the bias.
  var gradientCount: Int { weightCount + (bias == nil ? 0 : outputChannels) }
  private var weightCount: Int { groups.reduce(0) { $0 + $1.inputs * $1.outputs } }

  // MARK: Forward

  /// - Parameter packed: receives `packedCount` floats for `multiply`.
  func pack(_ parameters: Output, into packed: Output) {
    var packed = packed
    for group in groups {
      pointwise.pack(group.matrix(parameters), packed)
      packed += pointwise.packedCount(group.inputs, group.outputs)
    }
  }

  /// `y = x · weights + bias`
  func multiply(
    _ rows: Int, _ x: Input, _ packed: Input, _ parameters: Output, into y: Output
  ) {
    var packed = packed
    for group in groups {
      pointwise.forward(
        PointwiseProduct(
          rows: rows, inputChannels: group.inputs, outputChannels: group.outputs,
          input: x + group.firstInput, inputStride: inputChannels, weights: packed,
          output: y + group.firstOutput, outputStride: outputChannels,
          bias: bias.map { UnsafePointer(parameters + $0 + group.firstOutput) }))
      packed += pointwise.packedCount(group.inputs, group.outputs)
    }
  }

  // MARK: Backward

  /// - Parameter packed: receives `transposedCount` floats for `multiplyTransposed`.
  func packTransposed(_ parameters: Output, into packed: Output) {
    var packed = packed
    for group in groups {
      pointwise.pack(group.transposedMatrix(parameters), packed)
      packed += pointwise.packedCount(group.outputs, group.inputs)
    }
  }

  /// `dx = dy · weightsᵀ + addend`
  func multiplyTransposed(
    _ rows: Int, _ dy: Input, _ packed: Input, addend: Input? = nil, into dx: Output
  ) {
    var packed = packed
    for group in groups {
      pointwise.forward(
        PointwiseProduct(
          rows: rows, inputChannels: group.outputs, outputChannels: group.inputs,
          input: dy + group.firstOutput, inputStride: outputChannels, weights: packed,
          output: dx + group.firstInput, outputStride: inputChannels,
          residual: addend.map { $0 + group.firstInput }))
      packed += pointwise.packedCount(group.outputs, group.inputs)
    }
  }

  /// `sums (+)= xᵀ · dy`, and for the bias the sums of `dy`.
  ///
  /// - Parameter sums: `gradientCount` floats.
  func addGradients(_ rows: Int, _ x: Input, _ dy: Input, to sums: Output, accumulates: Bool) {
    for group in groups {
      pointwise.weightGradient(
        OuterProduct(
          rows: rows, leftChannels: group.inputs, rightChannels: group.outputs,
          left: x + group.firstInput, leftStride: inputChannels,
          right: dy + group.firstOutput, rightStride: outputChannels,
          output: sums + group.weights - groups[0].weights, outputStride: group.outputs,
          accumulates: accumulates))
    }
    if bias != nil {
      elementwise.columnSums(
        rows, outputChannels, dy, 1, accumulates, sums + weightCount)
    }
  }

  /// Adds one image's gradients, whose inputs were multiplied by factors but are taken without:
  /// `sums += factors ⊙ products`, and `factorGradients[i] = Σ_o weights[i, o] · products[i, o]`.
  ///
  /// - Parameters:
  ///   - products: of that image alone and without the factors, as `addGradients` makes them.
  ///   - factors: `[inputChannels]`, as are their gradients.
  ///   - sums: `gradientCount` floats; that of the bias needs no factor.
  func addGatedGradients(
    _ products: Input, parameters: Output, factors: Input, factorGradients: Output,
    to sums: Output
  ) {
    for group in groups {
      let start = group.weights - groups[0].weights
      elementwise.gatedProducts(
        group.inputs, group.outputs, parameters + group.weights, products + start,
        factors + group.firstInput, factorGradients + group.firstInput, sums + start)
    }
    if bias != nil {
      elementwise.add(
        outputChannels, products + weightCount, sums + weightCount, sums + weightCount)
    }
  }

  /// Takes what `addGradients` has summed up, chunk by chunk, to its place among all gradients.
  ///
  /// - Parameter sums: `[chunks, gradientCount]`
  func takeGradients(_ chunks: Int, _ sums: Output, _ pass: TrainingPass) {
    let sums = ChunkSums(
      chunks: chunks, stride: gradientCount, values: sums, kernels: elementwise)
    sums.addUp(0..<weightCount, into: pass.gradients + groups[0].weights, pass)
    if let bias { sums.addUp(weightCount..<gradientCount, into: pass.gradients + bias, pass) }
  }
}

extension ChannelMatrix.Group {
  /// The weights as they are stored, `[inputs, outputs]`.
  func matrix(_ parameters: Output) -> WeightMatrix {
    WeightMatrix(
      values: parameters + weights, inputChannels: inputs, outputChannels: outputs,
      inputStride: outputs, outputStride: 1)
  }

  /// The transpose, which takes gradients of outputs to gradients of inputs.
  func transposedMatrix(_ parameters: Output) -> WeightMatrix {
    WeightMatrix(
      values: parameters + weights, inputChannels: outputs, outputChannels: inputs,
      inputStride: 1, outputStride: outputs)
  }
}
