import Architectures
import Kernels

/// A range of an image's channels. Its gradient is zero in the others.
struct SliceLayer: TrainingLayer {
  let channels: Range<Int>
  let pixels: Int
  let total: Int

  init(_ channels: Range<Int>, _ site: LayerSite) {
    self.channels = channels
    pixels = site.input.height * site.input.width
    total = site.input.channels
  }

  var needs: LayerNeeds { LayerNeeds(addsToGradients: true) }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    pass.copyColumns(
      rows: pass.images * pixels, width: channels.count,
      from: buffers.inputs[0] + channels.lowerBound, stride: total, to: buffers.output,
      stride: channels.count)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    pass.forEachShare(of: pass.images * pixels) { rows in
      target.prepare(rows.lowerBound * total..<rows.upperBound * total)
      for row in rows {
        let values = target.values + row * total + channels.lowerBound
        let gradient = buffers.outputGradient + row * channels.count
        for channel in 0..<channels.count { values[channel] += gradient[channel] }
      }
    }
  }
}
