import Architectures
import Kernels

/// A fully connected layer: one matrix product over the images of the batch.
struct DenseLayer: TrainingLayer {
  private let product: ChannelProduct

  init(_ dense: Dense, _ site: LayerSite) {
    product = ChannelProduct(
      rowsPerImage: 1, inputChannels: site.input.channels, outputChannels: dense.units,
      groups: [
        .init(
          firstInput: 0, inputs: site.input.channels, firstOutput: 0, outputs: dense.units,
          weights: site.offset(.weight))
      ],
      bias: dense.hasBias ? site.offset(.bias) : nil, site)
  }

  var needs: LayerNeeds { product.needs }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.forward(buffers, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.backward(buffers, pass)
  }
}
