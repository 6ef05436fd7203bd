import Architectures
import Kernels

/// The maximum or mean of each window.
struct PoolLayer: TrainingLayer {
  let kind: Pool.Kind
  let geometry: WindowGeometry
  /// Of an image.
  let inputs, outputs: Int
  let kernels: PoolingKernels

  init(_ pool: Pool, _ site: LayerSite) {
    kind = pool.kind
    geometry = pool.geometry(input: site.input, output: site.output)
    inputs = site.inputs[0].elementCount
    outputs = site.output.elementCount
    kernels = site.kernels.pooling
  }

  var needs: LayerNeeds { LayerNeeds(keepsInputs: kind == .maximum) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let pool =
      switch kind {
      case .maximum: kernels.maximum
      case .average: kernels.average
      }
    pass.forEachShare(of: pass.images) { images in
      let first = images.lowerBound
      pool(
        geometry, images.count, buffers.inputs[0] + first * inputs, buffers.output + first * outputs
      )
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    pass.forEachShare(of: pass.images) { images in
      let first = images.lowerBound
      let dy = buffers.outputGradient + first * outputs
      let dx = target.values + first * inputs
      switch kind {
      case .maximum:
        kernels.maximumGradient(
          geometry, images.count, buffers.inputs[0] + first * inputs, dy, dx)
      case .average: kernels.averageGradient(geometry, images.count, dy, dx)
      }
    }
  }
}
