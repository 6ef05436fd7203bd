import Architectures
import Kernels

/// A convolution that is neither pointwise nor depthwise: patches of a few output lines at a
/// time, few enough to stay in the second-level cache, times the weights.
struct PatchConvolutionLayer: TrainingLayer {
  let geometry: WindowGeometry
  let outputChannels: Int
  let groups: [ChannelMatrix.Group]
  let bias: Int?
  let kernels: KernelSet
  private let imageBlocks: RowBlocks
  private let workers: Int
  private let chunks: Int

  /// Floats of patches at a time: 128 KB.
  private static let patchBudget = 32_768

  init(_ convolution: Convolution, _ site: LayerSite) {
    geometry = convolution.geometry(input: site.input, output: site.output)
    outputChannels = convolution.outputChannels
    groups = convolution.channelGroups(site)
    bias = convolution.hasBias ? site.offset(.bias) : nil
    kernels = site.kernels
    workers = site.workers
    imageBlocks = RowBlocks(
      rowsPerImage: site.output.height * site.output.width,
      wholeImagesOf: site.input.elementCount + 2 * site.output.elementCount)
    chunks = imageBlocks.chunks(images: site.batchSize)
  }

  private var taps: Int { geometry.kernelHeight * geometry.kernelWidth }
  private var firstWeight: Int { groups[0].weights }
  private var weightCount: Int { groups.reduce(0) { $0 + taps * $1.inputs * $1.outputs } }
  private var gradientCount: Int { weightCount + (bias == nil ? 0 : outputChannels) }
  private var correctedCount: Int {
    MemoryPlan.workerStride(imageBlocks.rowsPerBlock * outputChannels)
  }

  private func linesAtOnce(_ group: ChannelMatrix.Group) -> Int {
    max(1, Self.patchBudget / (geometry.outputWidth * taps * group.inputs))
  }

  private var patchCount: Int {
    MemoryPlan.workerStride(
      groups.reduce(0) {
        max($0, linesAtOnce($1) * geometry.outputWidth * taps * $1.inputs)
      })
  }

  var blocks: RowBlocks? { imageBlocks }

  var needs: LayerNeeds {
    let pointwise = kernels.pointwise
    let packed = groups.reduce(0) { $0 + pointwise.packedCount(taps * $1.inputs, $1.outputs) }
    let transposed = groups.reduce(0) { $0 + pointwise.packedCount($1.outputs, taps * $1.inputs) }
    return LayerNeeds(
      keepsInputs: true, addsToGradients: true, scratch: [packed, workers * patchCount],
      reverseScratch: [
        transposed, workers * patchCount, workers * correctedCount, chunks * gradientCount,
      ])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let (packed, patches) = (buffers.scratch[0], buffers.scratch[1])
    pack(into: packed) { ($0.matrix(pass.parameters), $0.inputs, $0.outputs) }
    pass.forEach(imageBlocks.count(images: pass.images)) { block, worker in
      let rows = imageBlocks.rows(block, images: pass.images)
      let patches = patches + worker * patchCount
      forEachChunk(of: rows) { group, weights, lines, row in
        kernels.patches.gather(geometry, lines, group.channels, buffers.inputs[0], patches)
        let depth = taps * group.inputs
        kernels.pointwise.forward(
          PointwiseProduct(
            rows: lines.count * geometry.outputWidth, inputChannels: depth,
            outputChannels: group.outputs, input: patches, inputStride: depth,
            weights: packed + weights.forward,
            output: buffers.output + row * outputChannels + group.firstOutput,
            outputStride: outputChannels,
            bias: bias.map { UnsafePointer(pass.parameters + $0 + group.firstOutput) }))
      }
      buffers.moments?.write(
        block, rows: rows.count, of: buffers.output + rows.lowerBound * outputChannels)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.reverseScratch[0]
    let target = buffers.inputGradients[0]
    if target != nil {
      pack(into: packed) { ($0.transposedMatrix(pass.parameters), $0.outputs, $0.inputs) }
    }
    let sums = buffers.reverseScratch[3]
    let chunks = imageBlocks.chunks(images: pass.images)
    pass.forEach(chunks) { chunk, worker in
      let mine = imageBlocks.chunk(chunk, images: pass.images)
      let patches = buffers.reverseScratch[1] + worker * patchCount
      let sum = sums + chunk * gradientCount
      for block in mine {
        let rows = imageBlocks.rows(block, images: pass.images)
        target?.prepare(inputs(of: rows))
        let dy = kernels.normalization.rows(
          rows, channels: outputChannels, ofGradient: buffers.outputGradient,
          buffers.correction, scratch: buffers.reverseScratch[2] + worker * correctedCount)
        if bias != nil {
          kernels.elementwise.columnSums(
            rows.count, outputChannels, dy, 1, block > mine.lowerBound,
            sum + weightCount)
        }
        forEachChunk(of: rows) { group, weights, lines, row in
          let gradient = dy + (row - rows.lowerBound) * outputChannels + group.firstOutput
          let pixels = lines.count * geometry.outputWidth
          let depth = taps * group.inputs
          kernels.patches.gather(geometry, lines, group.channels, buffers.inputs[0], patches)
          kernels.pointwise.weightGradient(
            OuterProduct(
              rows: pixels, leftChannels: depth, rightChannels: group.outputs, left: patches,
              leftStride: depth, right: gradient, rightStride: outputChannels,
              output: sum + weights.offset, outputStride: group.outputs,
              accumulates: block > mine.lowerBound || row > rows.lowerBound))
          guard let target else { return }
          kernels.pointwise.forward(
            PointwiseProduct(
              rows: pixels, inputChannels: group.outputs, outputChannels: depth,
              input: gradient, inputStride: outputChannels,
              weights: packed + weights.backward, output: patches, outputStride: depth))
          kernels.patches.scatter(geometry, lines, group.channels, patches, target.values)
        }
      }
    }
    let chunkSums = ChunkSums(
      chunks: chunks, stride: gradientCount, values: sums, kernels: kernels.elementwise)
    chunkSums.addUp(0..<weightCount, into: pass.gradients + firstWeight, pass)
    if let bias {
      chunkSums.addUp(weightCount..<gradientCount, into: pass.gradients + bias, pass)
    }
  }

  /// The inputs of the images, all of them whole, that rows of the output belong to.
  private func inputs(of rows: Range<Int>) -> Range<Int> {
    let pixels = geometry.outputHeight * geometry.outputWidth
    let size = geometry.height * geometry.width * geometry.channels
    return rows.lowerBound / pixels * size..<rows.upperBound / pixels * size
  }

  /// Where a group's weights begin: packed, packed transposed, and among the layer's.
  private struct WeightPlace {
    var forward = 0
    var backward = 0
    var offset = 0
  }

  /// Calls `body` for runs of output lines of each group, with the first row of each.
  private func forEachChunk(
    of rows: Range<Int>,
    _ body: (_ group: ChannelMatrix.Group, WeightPlace, _ lines: Range<Int>, _ row: Int) -> Void
  ) {
    let width = geometry.outputWidth
    let end = rows.upperBound / width
    var weights = WeightPlace()
    for group in groups {
      let size = linesAtOnce(group)
      for start in stride(from: rows.lowerBound / width, to: end, by: size) {
        body(group, weights, start..<min(start + size, end), start * width)
      }
      let depth = taps * group.inputs
      weights.forward += kernels.pointwise.packedCount(depth, group.outputs)
      weights.backward += kernels.pointwise.packedCount(group.outputs, depth)
      weights.offset += depth * group.outputs
    }
  }

  private func pack(
    into packed: Output,
    _ matrix: (ChannelMatrix.Group) -> (matrix: WeightMatrix, inputs: Int, outputs: Int)
  ) {
    var packed = packed
    for group in groups {
      let (matrix, inputs, outputs) = matrix(group.withTaps(taps))
      kernels.pointwise.pack(matrix, packed)
      packed += kernels.pointwise.packedCount(inputs, outputs)
    }
  }
}

extension ChannelMatrix.Group {
  fileprivate var channels: Range<Int> { firstInput..<firstInput + inputs }

  /// The group that multiplies patches instead of channels.
  fileprivate func withTaps(_ taps: Int) -> ChannelMatrix.Group {
    var group = self
    group.inputs *= taps
    return group
  }
}
