import Architectures
import Kernels

/// The channels of each row times a block-diagonal weight matrix: 1×1 convolutions, grouped or
/// not, and dense layers. A block works on its slice of the channels in place, without a copy.
struct ChannelProduct {
  struct Block {
    var firstInput: Int
    var inputs: Int
    var firstOutput: Int
    var outputs: Int
    /// Offset of its `[inputs, outputs]` matrix among all weights.
    var weights: Int
  }

  let rowsPerImage: Int
  let inputChannels: Int
  let outputChannels: Int
  let blocks: [Block]
  /// Offset among all weights.
  let bias: Int?
  let pointwise: PointwiseKernels
  let elementwise: ElementwiseKernels

  init(
    rowsPerImage: Int, inputChannels: Int, outputChannels: Int, blocks: [Block], bias: Int?,
    kernels: KernelSet
  ) {
    self.rowsPerImage = rowsPerImage
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.blocks = blocks
    self.bias = bias
    pointwise = kernels.pointwise
    elementwise = kernels.elementwise
  }

  var needs: LayerNeeds {
    let packed = blocks.map { pointwise.packedCount($0.inputs, $0.outputs) }.max() ?? 0
    let transposed = blocks.map { pointwise.packedCount($0.outputs, $0.inputs) }.max() ?? 0
    return LayerNeeds(
      keepsInputs: true, addsToGradients: true, scratch: [packed], reverseScratch: [transposed])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.scratch[0]
    for block in blocks {
      pointwise.pack(block.matrix(pass.parameters), packed)
      pointwise.forward(
        PointwiseProduct(
          rows: pass.images * rowsPerImage, inputChannels: block.inputs,
          outputChannels: block.outputs, input: buffers.inputs[0] + block.firstInput,
          inputStride: inputChannels, weights: packed,
          output: buffers.output + block.firstOutput, outputStride: outputChannels,
          bias: bias.map { UnsafePointer(pass.parameters + $0 + block.firstOutput) }))
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let rows = pass.images * rowsPerImage
    let packed = buffers.reverseScratch[0]
    for block in blocks {
      let gradient = buffers.outputGradient + block.firstOutput
      pointwise.weightGradient(
        OuterProduct(
          rows: rows, leftChannels: block.inputs, rightChannels: block.outputs,
          left: buffers.inputs[0] + block.firstInput, leftStride: inputChannels,
          right: gradient, rightStride: outputChannels,
          output: pass.gradients + block.weights, outputStride: block.outputs))
      guard let target = buffers.inputGradients[0] else { continue }
      pointwise.pack(block.transposedMatrix(pass.parameters), packed)
      pointwise.forward(
        PointwiseProduct(
          rows: rows, inputChannels: block.outputs, outputChannels: block.inputs,
          input: gradient, inputStride: outputChannels, weights: packed,
          output: target.values + block.firstInput, outputStride: inputChannels,
          residual: target.addend.map { $0 + block.firstInput }, residualStride: inputChannels))
    }
    if let bias {
      elementwise.columnSums(
        rows, outputChannels, buffers.outputGradient, outputChannels, 1, false,
        pass.gradients + bias)
    }
  }
}

extension ChannelProduct.Block {
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
