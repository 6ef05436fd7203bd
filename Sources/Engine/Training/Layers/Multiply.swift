import Architectures
import Kernels

/// Product of two equal shapes, or of an image and one factor per channel
/// (squeeze-and-excitation).
///
/// Behind a deferred batch norm the product is left to its reader, and only the gradient of the
/// factors is computed here, from what the reader has summed up or else anew.
struct MultiplyLayer: TrainingLayer {
  /// Rows that share one row of factors, and its length, for each of `runs` runs per image.
  let rows: Int
  let channels: Int
  let isDeferred: Bool
  let kernels: ElementwiseKernels
  let normalization: NormalizationKernels

  init(isDeferred: Bool, _ site: LayerSite) {
    self.isDeferred = isDeferred
    let isBroadcast = site.inputs[0] != site.inputs[1]
    let shape = site.output
    rows = isBroadcast ? shape.height * shape.width : 1
    channels = isBroadcast ? shape.channels : shape.elementCount
    kernels = site.kernels.elementwise
    normalization = site.kernels.normalization
  }

  var needs: LayerNeeds {
    LayerNeeds(keepsInputs: true, passesGradientTo: isDeferred ? [0] : [])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard !isDeferred else { return }
    scale(buffers.inputs[0], by: buffers.inputs[1], into: buffers.output, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    if let image = buffers.inputGradients[0] {
      scale(buffers.outputGradient, by: buffers.inputs[1], into: image.values, pass)
    }
    guard let factor = buffers.inputGradients[1] else { return }
    pass.forEach(pass.images) { image, _ in
      let offset = image * rows * channels
      let (x, dy) = (buffers.inputs[0] + offset, buffers.outputGradient + offset)
      let products = factor.values + image * channels
      if let sums = buffers.transforms[0]?.gateProducts {
        sums.factorGradient(image, into: products)
        return
      }
      if let transform = buffers.transforms[0] {
        normalization.transformedProducts(rows, channels, x, transform.channels, dy, products)
      } else {
        kernels.rowProducts(rows, channels, x, dy, products)
      }
    }
  }

  private func scale(_ x: Input, by factors: Input, into y: Output, _ pass: TrainingPass) {
    pass.forEach(pass.images) { image, _ in
      let offset = image * rows * channels
      kernels.scaleRows(rows, channels, x + offset, factors + image * channels, y + offset)
    }
  }
}
