import Architectures
import Kernels

/// Product of two equal shapes, or of an image and one factor per channel.
struct MultiplyLayer: TrainingLayer {
  /// Rows of an image that share one row of factors, and its length.
  let rows: Int
  let channels: Int
  let kernels: ElementwiseKernels

  init(_ site: LayerSite) {
    let isBroadcast = site.inputs[0] != site.inputs[1]
    let shape = site.output
    rows = isBroadcast ? shape.height * shape.width : 1
    channels = isBroadcast ? shape.channels : shape.elementCount
    kernels = site.kernels.elementwise
  }

  var needs: LayerNeeds { LayerNeeds(keepsInputs: true) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    scale(buffers.inputs[0], by: buffers.inputs[1], into: buffers.output, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    if let image = buffers.inputGradients[0] {
      scale(buffers.outputGradient, by: buffers.inputs[1], into: image.values, pass)
    }
    guard let factor = buffers.inputGradients[1] else { return }
    pass.forEach(pass.images) { image, _ in
      let offset = image * rows * channels
      kernels.columnProducts(
        rows, channels, buffers.inputs[0] + offset, buffers.outputGradient + offset,
        factor.values + image * channels)
    }
  }

  private func scale(_ x: Input, by factors: Input, into y: Output, _ pass: TrainingPass) {
    pass.forEach(pass.images) { image, _ in
      let offset = image * rows * channels
      kernels.scaleRows(rows, channels, x + offset, factors + image * channels, y + offset)
    }
  }
}
