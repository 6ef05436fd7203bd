import Architectures
import Kernels

/// Sum of two equal shapes. Its gradient is shared with both inputs, without a copy.
struct AddLayer: TrainingLayer {
  let count: Int
  let kernels: ElementwiseKernels

  init(_ site: LayerSite) {
    count = site.output.elementCount
    kernels = site.kernels.elementwise
  }

  var needs: LayerNeeds { LayerNeeds(runsInPlace: true, passesGradient: true) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    kernels.add(pass.images * count, buffers.inputs[0], buffers.inputs[1], buffers.output)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {}
}
