import Architectures
import Kernels
import Randomness

/// Zeroes elements at random in training and scales up the others.
///
/// The draws depend on the network's seed, the layer's name and the step alone.
struct DropoutLayer: TrainingLayer {
  let rate: Double
  let count: Int
  let random: RandomStream
  let kernels: ElementwiseKernels

  init(rate: Double, random: RandomStream, _ site: LayerSite) {
    self.rate = rate
    self.random = random.substream(site.name)
    count = site.output.elementCount
    kernels = site.kernels.elementwise
    capacity = site.batchSize * count
  }

  private let capacity: Int

  var needs: LayerNeeds { LayerNeeds(kept: [capacity]) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let total = pass.images * count
    guard pass.isTraining, rate > 0 else {
      buffers.output.update(from: buffers.inputs[0], count: total)
      return
    }
    let factors = buffers.kept[0]
    draw(total, into: factors, step: pass.step)
    kernels.scaleRows(1, total, buffers.inputs[0], factors, buffers.output)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    let total = pass.images * count
    if rate > 0 {
      kernels.scaleRows(1, total, buffers.outputGradient, buffers.kept[0], target.values)
    } else {
      target.values.update(from: buffers.outputGradient, count: total)
    }
  }

  /// Two elements from each 64 random bits.
  private func draw(_ count: Int, into factors: Output, step: Int) {
    var stream = random.substream("step", step)
    let threshold = UInt64((rate * 0x1p32).rounded())
    let kept = Float(1 / (1 - rate))
    for pair in stride(from: 0, to: count, by: 2) {
      let bits = stream.next()
      factors[pair] = bits >> 32 < threshold ? 0 : kept
      if pair + 1 < count { factors[pair + 1] = bits & 0xFFFF_FFFF < threshold ? 0 : kept }
    }
  }
}
