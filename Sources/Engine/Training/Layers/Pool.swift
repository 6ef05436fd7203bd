import Architectures
import Kernels

/// The maximum or mean of each window.
struct PoolLayer: TrainingLayer {
  let kind: Pool.Kind
  let geometry: WindowGeometry
  let kernels: PoolingKernels

  init(_ pool: Pool, _ site: LayerSite) {
    kind = pool.kind
    geometry = pool.geometry(input: site.input, output: site.output)
    kernels = site.kernels.pooling
  }

  var needs: LayerNeeds { LayerNeeds(keepsInputs: kind == .maximum) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    switch kind {
    case .maximum: kernels.maximum(geometry, pass.images, buffers.inputs[0], buffers.output)
    case .average: kernels.average(geometry, pass.images, buffers.inputs[0], buffers.output)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    switch kind {
    case .maximum:
      kernels.maximumGradient(
        geometry, pass.images, buffers.inputs[0], buffers.outputGradient, target.values)
    case .average:
      kernels.averageGradient(geometry, pass.images, buffers.outputGradient, target.values)
    }
  }
}
