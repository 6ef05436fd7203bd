import Architectures
import Kernels

/// The channels of each row times a block-diagonal weight matrix: 1×1 convolutions, grouped or
/// not, and dense layers. A group works on its slice of the channels in place, without a copy.
///
/// Rows are worked through block by block (`RowBlocks`). All that is done to a block, which lies
/// in the second-level cache, costs one pass over memory: normalising what is read, the product,
/// the moments of what is written; on the way back both gradients.
struct ChannelProduct {
  struct Group {
    var firstInput: Int
    var inputs: Int
    var firstOutput: Int
    var outputs: Int
    /// Offset of its `[inputs, outputs]` matrix among all weights.
    var weights: Int
  }

  let blocks: RowBlocks
  let inputChannels: Int
  let outputChannels: Int
  let groups: [Group]
  /// Offset among all weights.
  let bias: Int?
  let pointwise: PointwiseKernels
  let normalization: NormalizationKernels
  let elementwise: ElementwiseKernels
  private let workers: Int
  private let chunks: Int

  /// - Parameter groups: in order, their weights without gaps.
  init(
    rowsPerImage: Int, inputChannels: Int, outputChannels: Int, groups: [Group], bias: Int?,
    _ site: LayerSite
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.groups = groups
    self.bias = bias
    pointwise = site.kernels.pointwise
    normalization = site.kernels.normalization
    elementwise = site.kernels.elementwise
    workers = site.workers
    blocks = RowBlocks(
      rowsPerImage: rowsPerImage, floats: 3 * inputChannels + 2 * outputChannels)
    chunks = blocks.chunks(images: site.batchSize)
  }

  private var firstWeight: Int { groups[0].weights }
  private var weightCount: Int { groups.reduce(0) { $0 + $1.inputs * $1.outputs } }
  /// Floats of the weights' and the bias's gradients.
  private var gradientCount: Int { weightCount + (bias == nil ? 0 : outputChannels) }
  private var inputScratch: Int { blocks.rowsPerBlock * inputChannels }
  private var outputScratch: Int { blocks.rowsPerBlock * outputChannels }

  var needs: LayerNeeds {
    let packed = groups.reduce(0) { $0 + pointwise.packedCount($1.inputs, $1.outputs) }
    let transposed = groups.reduce(0) { $0 + pointwise.packedCount($1.outputs, $1.inputs) }
    return LayerNeeds(
      keepsInputs: true, addsToGradients: true, scratch: [packed, workers * inputScratch],
      reverseScratch: [
        transposed, workers * inputScratch, workers * outputScratch, chunks * gradientCount,
      ])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.scratch[0]
    pack(into: packed, groups.map { ($0.matrix(pass.parameters), $0.inputs, $0.outputs) })
    pass.forEach(blocks.count(images: pass.images)) { block, worker in
      let rows = blocks.rows(block, images: pass.images)
      let x = normalization.rows(
        rows, blocks, channels: inputChannels, of: buffers.inputs[0], buffers.transforms[0],
        scratch: buffers.scratch[1] + worker * inputScratch)
      let y = buffers.output + rows.lowerBound * outputChannels
      var weights = Input(packed)
      for group in groups {
        pointwise.forward(
          PointwiseProduct(
            rows: rows.count, inputChannels: group.inputs, outputChannels: group.outputs,
            input: x + group.firstInput, inputStride: inputChannels, weights: weights,
            output: y + group.firstOutput, outputStride: outputChannels,
            bias: bias.map { UnsafePointer(pass.parameters + $0 + group.firstOutput) }))
        weights += pointwise.packedCount(group.inputs, group.outputs)
      }
      buffers.moments?.write(block, rows: rows.count, of: y)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.reverseScratch[0]
    let target = buffers.inputGradients[0]
    if target != nil {
      pack(
        into: packed, groups.map { ($0.transposedMatrix(pass.parameters), $0.outputs, $0.inputs) })
    }
    let sums = buffers.reverseScratch[3]
    let chunks = blocks.chunks(images: pass.images)
    pass.forEach(chunks) { chunk, worker in
      let mine = blocks.chunk(chunk, images: pass.images)
      let scratch = (
        input: buffers.reverseScratch[1] + worker * inputScratch,
        output: buffers.reverseScratch[2] + worker * outputScratch
      )
      for block in mine {
        let rows = blocks.rows(block, images: pass.images)
        let dy = normalization.rows(
          rows, channels: outputChannels, ofGradient: buffers.outputGradient,
          buffers.correction, scratch: scratch.output)
        let x = normalization.rows(
          rows, blocks, channels: inputChannels, of: buffers.inputs[0], buffers.transforms[0],
          scratch: scratch.input)
        addWeightGradients(
          rows.count, x, dy, to: sums + chunk * gradientCount,
          accumulates: block > mine.lowerBound)
        guard let target else { continue }
        writeInputGradient(rows, dy, packed, target)
        buffers.transforms[0]?.gateProducts?.write(
          block, rows: rows, values: x, gradient: target.values)
        target.reduction?.reduce(block, rows: rows, of: target.values)
      }
    }
    elementwise.addUp(chunks, of: gradientCount, sums)
    (pass.gradients + firstWeight).update(from: sums, count: weightCount)
    if let bias {
      (pass.gradients + bias).update(from: sums + weightCount, count: outputChannels)
    }
  }

  private func addWeightGradients(
    _ rows: Int, _ x: Input, _ dy: Input, to sums: Output, accumulates: Bool
  ) {
    for group in groups {
      pointwise.weightGradient(
        OuterProduct(
          rows: rows, leftChannels: group.inputs, rightChannels: group.outputs,
          left: x + group.firstInput, leftStride: inputChannels,
          right: dy + group.firstOutput, rightStride: outputChannels,
          output: sums + group.weights - firstWeight, outputStride: group.outputs,
          accumulates: accumulates))
    }
    if bias != nil {
      elementwise.columnSums(
        rows, outputChannels, dy, outputChannels, 1, accumulates, sums + weightCount)
    }
  }

  private func writeInputGradient(
    _ rows: Range<Int>, _ dy: Input, _ packed: Input, _ target: GradientTarget
  ) {
    let start = rows.lowerBound * inputChannels
    var weights = packed
    for group in groups {
      pointwise.forward(
        PointwiseProduct(
          rows: rows.count, inputChannels: group.outputs, outputChannels: group.inputs,
          input: dy + group.firstOutput, inputStride: outputChannels, weights: weights,
          output: target.values + start + group.firstInput, outputStride: inputChannels,
          residual: target.addend.map { $0 + start + group.firstInput },
          residualStride: inputChannels))
      weights += pointwise.packedCount(group.outputs, group.inputs)
    }
  }

  private func pack(
    into packed: Output, _ matrices: [(matrix: WeightMatrix, inputs: Int, outputs: Int)]
  ) {
    var packed = packed
    for (matrix, inputs, outputs) in matrices {
      pointwise.pack(matrix, packed)
      packed += pointwise.packedCount(inputs, outputs)
    }
  }
}

extension ChannelProduct.Group {
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
