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
    pass.forEachShare(of: pass.images * count, grain: MemoryPlan.alignment) { part in
      let start = part.lowerBound
      kernels.activate(
        part.count, activation, buffers.inputs[0] + start, buffers.output + start)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    pass.forEachShare(of: pass.images * count, grain: MemoryPlan.alignment) { part in
      let start = part.lowerBound
      kernels.activationGradient(
        part.count, activation, buffers.inputs[0] + start, buffers.outputGradient + start,
        target.values + start)
    }
  }
}
