import Architectures
import Kernels

/// Sum of two equal shapes. Its gradient is shared with both inputs, without a copy.
struct AddLayer: TrainingLayer {
  let pixels: Int
  let channels: Int
  let kernels: ElementwiseKernels
  let normalization: NormalizationKernels

  init(_ site: LayerSite) {
    pixels = site.output.height * site.output.width
    channels = site.output.channels
    kernels = site.kernels.elementwise
    normalization = site.kernels.normalization
  }

  var needs: LayerNeeds { LayerNeeds(runsInPlace: true, passesGradientTo: [0, 1]) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    pass.forEachShare(of: pass.images * pixels) { rows in
      let start = rows.lowerBound * channels
      let (a, b) = (buffers.inputs[0] + start, buffers.inputs[1] + start)
      let sum = buffers.output + start
      switch (buffers.transforms[0], buffers.transforms[1]) {
      case (nil, nil):
        kernels.add(rows.count * channels, a, b, sum)
      case (let first?, nil):
        normalization.apply(rows.count, channels, a, first, b, sum)
      case (nil, let second?):
        normalization.apply(rows.count, channels, b, second, a, sum)
      case (let first?, let second?):
        normalization.apply(rows.count, channels, a, first, nil, sum)
        normalization.apply(rows.count, channels, b, second, Input(sum), sum)
      }
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {}
}
