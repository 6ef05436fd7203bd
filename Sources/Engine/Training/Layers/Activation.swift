import Architectures
import Kernels

/// An activation that does not follow a batch norm.
struct ActivationLayer: TrainingLayer {
  let activation: KernelActivation
  let count: Int
  let kernels: ElementwiseKernels

  init(_ activation: Activation, _ site: LayerSite) {
    self.activation = KernelActivation(activation)
    count = site.output.elementCount
    kernels = site.kernels.elementwise
  }

  var needs: LayerNeeds { LayerNeeds(keepsInputs: true, reversesInPlace: true) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    kernels.activate(pass.images * count, activation, buffers.inputs[0], buffers.output)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    kernels.activationGradient(
      pass.images * count, activation, buffers.inputs[0], buffers.outputGradient, target.values)
  }
}
