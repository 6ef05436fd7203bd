import Architectures
import Kernels

/// Mean over height and width of each channel.
struct GlobalAveragePoolLayer: TrainingLayer {
  let pixels: Int
  let channels: Int
  let kernels: ElementwiseKernels

  init(_ site: LayerSite) {
    pixels = site.input.height * site.input.width
    channels = site.input.channels
    kernels = site.kernels.elementwise
  }

  var needs: LayerNeeds { LayerNeeds(addsToGradients: true, reverseScratch: [channels]) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    for image in 0..<pass.images {
      kernels.columnSums(
        pixels, channels, buffers.inputs[0] + image * pixels * channels, channels,
        1 / Float(pixels), false, buffers.output + image * channels)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    let share = buffers.reverseScratch[0]
    let factor = 1 / Float(pixels)
    for image in 0..<pass.images {
      let gradient = buffers.outputGradient + image * channels
      for channel in 0..<channels { share[channel] = gradient[channel] * factor }
      let offset = image * pixels * channels
      let values = target.values + offset
      if let addend = target.addend {
        if addend != target.values {
          values.update(from: addend + offset, count: pixels * channels)
        }
        kernels.addToRows(pixels, channels, share, values)
      } else {
        for pixel in 0..<pixels {
          (values + pixel * channels).update(from: share, count: channels)
        }
      }
    }
  }
}
