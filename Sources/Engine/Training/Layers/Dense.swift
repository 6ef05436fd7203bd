import Architectures
import Kernels

extension Dense {
  func channelMatrix(_ site: LayerSite) -> ChannelMatrix {
    ChannelMatrix(
      groups: [
        .init(
          firstInput: 0, inputs: site.input.channels, firstOutput: 0, outputs: units,
          weights: site.offset(.weight))
      ],
      bias: hasBias ? site.offset(.bias) : nil, site)
  }
}

/// A fully connected layer: one matrix product over the images of the batch.
struct DenseLayer: TrainingLayer {
  private let product: ChannelProduct

  init(_ dense: Dense, _ site: LayerSite) {
    product = ChannelProduct(dense.channelMatrix(site), rowsPerImage: 1, site)
  }

  var needs: LayerNeeds { product.needs }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.forward(buffers, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    product.backward(buffers, pass)
  }
}
