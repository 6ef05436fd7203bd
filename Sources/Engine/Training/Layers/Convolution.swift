import Architectures
import Kernels

extension Convolution {
  /// The cheapest layer that computes this convolution.
  func trainingLayer(_ site: LayerSite) -> any TrainingLayer {
    if isPointwise { return PointwiseConvolutionLayer(self, site) }
    if trainsDepthwise(of: site.input) {
      return MixedDepthwiseLayer(DepthwiseParameters(self, site), site)
    }
    return PatchConvolutionLayer(self, site)
  }

  /// What a 1×1 convolution multiplies every pixel's channels by.
  func channelMatrix(_ site: LayerSite) -> ChannelMatrix {
    ChannelMatrix(
      groups: channelGroups(site), bias: hasBias ? site.offset(.bias) : nil, site)
  }

  /// The groups as runs of channels; weights lie group after group.
  func channelGroups(_ site: LayerSite) -> [ChannelMatrix.Group] {
    var group = ChannelMatrix.Group(
      firstInput: 0, inputs: 0, firstOutput: 0, outputs: 0, weights: site.offset(.weight))
    return groupChannels(inputChannels: site.input.channels).map { channels in
      group.inputs = channels.inputs
      group.outputs = channels.outputs
      defer {
        group.firstInput += channels.inputs
        group.firstOutput += channels.outputs
        group.weights += kernel.height * kernel.width * channels.inputs * channels.outputs
      }
      return group
    }
  }
}

/// A 1×1 convolution of stride 1.
struct PointwiseConvolutionLayer: TrainingLayer {
  private let product: ChannelProduct

  init(_ convolution: Convolution, _ site: LayerSite) {
    product = ChannelProduct(
      convolution.channelMatrix(site), rowsPerImage: site.output.height * site.output.width, site)
  }

  var needs: LayerNeeds { product.needs }
  var blocks: RowBlocks? { product.blocks }
  var gradientBlocks: RowBlocks? { product.blocks }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.forward(buffers, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.backward(buffers, pass)
  }
}
