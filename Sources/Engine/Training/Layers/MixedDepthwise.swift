import Architectures
import Kernels

/// A mixed depthwise convolution, or a square convolution with a group for every channel.
struct MixedDepthwiseLayer: TrainingLayer {
  /// How the weights are stored.
  enum WeightOrder {
    /// Per group `[kernel, kernel, channels]`, as mixed depthwise convolutions have them.
    case channelsLast
    /// `[channels, kernel, kernel]`, as grouped convolutions have them.
    case channelsFirst
  }

  let layout: DepthwiseLayout
  let weights: Int
  let order: WeightOrder
  let kernels: DepthwiseKernels

  init(_ depthwise: MixedDepthwise, _ site: LayerSite) {
    self.init(
      layout: depthwise.layout(
        input: site.input, output: site.output, vectorWidth: site.kernels.vectorWidth),
      order: .channelsLast, site)
  }

  /// - Precondition: the convolution is square and has a group and an output for every channel.
  init(_ convolution: Convolution, _ site: LayerSite) {
    let padding = convolution.resolvedPadding(for: site.input)
    let layout = DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: site.input.height, width: site.input.width, channels: site.input.channels,
        outputHeight: site.output.height, outputWidth: site.output.width,
        stride: convolution.stride.height),
      groups: [
        DepthwiseChannelGroup(
          channels: site.input.channels, kernel: convolution.kernel.height,
          dilation: convolution.dilation.height, padTop: padding.top, padLeft: padding.left)
      ], vectorWidth: site.kernels.vectorWidth)
    self.init(layout: layout, order: .channelsFirst, site)
  }

  private init(layout: DepthwiseLayout, order: WeightOrder, _ site: LayerSite) {
    self.layout = layout
    self.order = order
    weights = site.offset(.weight)
    kernels = site.kernels.depthwise
  }

  var needs: LayerNeeds {
    let reordered = order == .channelsFirst ? [layout.canonicalCount] : []
    return LayerNeeds(
      keepsInputs: true, kept: [layout.packedCount], scratch: reordered,
      reverseScratch: [layout.packedCount] + reordered)
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.kept[0]
    switch order {
    case .channelsLast:
      layout.pack(pass.parameters + weights, into: packed)
    case .channelsFirst:
      transpose(
        pass.parameters + weights, rows: layout.geometry.channels, into: buffers.scratch[0])
      layout.pack(buffers.scratch[0], into: packed)
    }
    kernels.forward(
      DepthwiseForward(
        layout: layout, images: pass.images,
        rows: 0..<pass.images * layout.geometry.outputHeight, input: buffers.inputs[0],
        weights: packed, output: buffers.output))
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packedGradient = buffers.reverseScratch[0]
    packedGradient.update(repeating: 0, count: layout.packedCount)
    kernels.weightGradient(
      DepthwiseWeightGradient(
        layout: layout, images: pass.images, input: buffers.inputs[0],
        outputGradient: buffers.outputGradient, weightGradient: packedGradient))
    switch order {
    case .channelsLast:
      layout.unpack(packedGradient, into: pass.gradients + weights)
    case .channelsFirst:
      let reordered = buffers.reverseScratch[1]
      layout.unpack(packedGradient, into: reordered)
      transpose(
        reordered, rows: layout.canonicalCount / layout.geometry.channels,
        into: pass.gradients + weights)
    }
    if let target = buffers.inputGradients[0] {
      kernels.inputGradient(
        DepthwiseInputGradient(
          layout: layout, images: pass.images, outputGradient: buffers.outputGradient,
          weights: buffers.kept[0], inputGradient: target.values))
    }
  }

  private func transpose(_ matrix: Input, rows: Int, into transposed: Output) {
    let columns = layout.canonicalCount / rows
    for row in 0..<rows {
      for column in 0..<columns {
        transposed[column * rows + row] = matrix[row * columns + column]
      }
    }
  }
}
