import Architectures
import Kernels

extension Convolution {
  /// The cheapest layer that computes this convolution.
  func trainingLayer(_ site: LayerSite) -> any TrainingLayer {
    if isPointwise { return PointwiseConvolutionLayer(self, site) }
    if isDepthwise(of: site.input) { return MixedDepthwiseLayer(self, site) }
    return PatchConvolutionLayer(self, site)
  }

  /// Whether it is square and has a group for every channel. With a bias it goes the general
  /// way, for lack of a reason to be fast.
  private func isDepthwise(of input: TensorShape) -> Bool {
    groups == input.channels && outputChannels == input.channels && !hasBias
      && kernel.height == kernel.width && stride.height == stride.width
      && dilation.height == dilation.width
  }

  /// The groups as blocks of channels; weights lie group after group.
  fileprivate func blocks(_ site: LayerSite) -> [ChannelProduct.Block] {
    var block = ChannelProduct.Block(
      firstInput: 0, inputs: 0, firstOutput: 0, outputs: 0, weights: site.offset(.weight))
    return groupChannels(inputChannels: site.input.channels).map { group in
      block.inputs = group.inputs
      block.outputs = group.outputs
      defer {
        block.firstInput += group.inputs
        block.firstOutput += group.outputs
        block.weights += kernel.height * kernel.width * group.inputs * group.outputs
      }
      return block
    }
  }
}

/// A 1×1 convolution of stride 1.
struct PointwiseConvolutionLayer: TrainingLayer {
  private let product: ChannelProduct

  init(_ convolution: Convolution, _ site: LayerSite) {
    product = ChannelProduct(
      rowsPerImage: site.output.height * site.output.width, inputChannels: site.input.channels,
      outputChannels: site.output.channels, blocks: convolution.blocks(site),
      bias: convolution.hasBias ? site.offset(.bias) : nil, kernels: site.kernels)
  }

  var needs: LayerNeeds { product.needs }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.forward(buffers, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.backward(buffers, pass)
  }
}

/// Any other convolution: patches of a few output rows at a time, few enough to stay in the
/// second-level cache, times the weights.
struct PatchConvolutionLayer: TrainingLayer {
  let geometry: WindowGeometry
  let outputChannels: Int
  let blocks: [ChannelProduct.Block]
  let bias: Int?
  let kernels: KernelSet

  /// Floats of patches at a time: 256 KB.
  private static let patchBudget = 65_536

  init(_ convolution: Convolution, _ site: LayerSite) {
    geometry = convolution.geometry(input: site.input, output: site.output)
    outputChannels = convolution.outputChannels
    blocks = convolution.blocks(site)
    bias = convolution.hasBias ? site.offset(.bias) : nil
    kernels = site.kernels
  }

  private var taps: Int { geometry.kernelHeight * geometry.kernelWidth }

  private func chunkRows(_ block: ChannelProduct.Block) -> Int {
    max(1, Self.patchBudget / (geometry.outputWidth * taps * block.inputs))
  }

  private var patchCount: Int {
    blocks.map { chunkRows($0) * geometry.outputWidth * taps * $0.inputs }.max() ?? 0
  }

  var needs: LayerNeeds {
    let pointwise = kernels.pointwise
    let packed = blocks.map { pointwise.packedCount(taps * $0.inputs, $0.outputs) }.max() ?? 0
    let transposed = blocks.map { pointwise.packedCount($0.outputs, taps * $0.inputs) }.max() ?? 0
    return LayerNeeds(
      keepsInputs: true, addsToGradients: true, scratch: [packed, patchCount],
      reverseScratch: [transposed, patchCount])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let (packed, patches) = (buffers.scratch[0], buffers.scratch[1])
    for block in blocks {
      let matrix = block.withTaps(taps)
      kernels.pointwise.pack(matrix.matrix(pass.parameters), packed)
      forEachChunk(block, pass) { rows in
        kernels.patches.gather(geometry, rows, block.channels, buffers.inputs[0], patches)
        let first = rows.lowerBound * geometry.outputWidth
        kernels.pointwise.forward(
          PointwiseProduct(
            rows: rows.count * geometry.outputWidth, inputChannels: matrix.inputs,
            outputChannels: block.outputs, input: patches, inputStride: matrix.inputs,
            weights: packed,
            output: buffers.output + first * outputChannels + block.firstOutput,
            outputStride: outputChannels,
            bias: bias.map { UnsafePointer(pass.parameters + $0 + block.firstOutput) }))
      }
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    prepare(buffers.inputGradients[0], pass)
    let (packed, patches) = (buffers.reverseScratch[0], buffers.reverseScratch[1])
    for block in blocks {
      let matrix = block.withTaps(taps)
      kernels.pointwise.pack(matrix.transposedMatrix(pass.parameters), packed)
      forEachChunk(block, pass) { rows in
        let first = rows.lowerBound * geometry.outputWidth
        let gradient = buffers.outputGradient + first * outputChannels + block.firstOutput
        kernels.patches.gather(geometry, rows, block.channels, buffers.inputs[0], patches)
        kernels.pointwise.weightGradient(
          OuterProduct(
            rows: rows.count * geometry.outputWidth, leftChannels: matrix.inputs,
            rightChannels: block.outputs, left: patches, leftStride: matrix.inputs,
            right: gradient, rightStride: outputChannels,
            output: pass.gradients + block.weights, outputStride: block.outputs,
            accumulates: rows.lowerBound > 0))
        guard let target = buffers.inputGradients[0] else { return }
        kernels.pointwise.forward(
          PointwiseProduct(
            rows: rows.count * geometry.outputWidth, inputChannels: block.outputs,
            outputChannels: matrix.inputs, input: gradient, inputStride: outputChannels,
            weights: packed, output: patches, outputStride: matrix.inputs))
        kernels.patches.scatter(geometry, rows, block.channels, patches, target.values)
      }
    }
    if let bias {
      kernels.elementwise.columnSums(
        pass.images * geometry.outputHeight * geometry.outputWidth, outputChannels,
        buffers.outputGradient, outputChannels, 1, false, pass.gradients + bias)
    }
  }

  /// What the patches are then added to.
  private func prepare(_ target: GradientTarget?, _ pass: TrainingPass) {
    guard let target else { return }
    let count = pass.images * geometry.height * geometry.width * geometry.channels
    if let addend = target.addend {
      if addend != target.values { target.values.update(from: addend, count: count) }
    } else {
      target.values.update(repeating: 0, count: count)
    }
  }

  private func forEachChunk(
    _ block: ChannelProduct.Block, _ pass: TrainingPass, _ body: (Range<Int>) -> Void
  ) {
    let end = pass.images * geometry.outputHeight
    let size = chunkRows(block)
    for start in stride(from: 0, to: end, by: size) { body(start..<min(start + size, end)) }
  }
}

extension ChannelProduct.Block {
  fileprivate var channels: Range<Int> { firstInput..<firstInput + inputs }

  /// The block that multiplies patches instead of channels.
  fileprivate func withTaps(_ taps: Int) -> ChannelProduct.Block {
    var block = self
    block.inputs *= taps
    return block
  }
}
