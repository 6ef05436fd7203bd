import Architectures
import Kernels

/// `[groups, channels / groups]` transposed; the gradient is transposed back.
struct ChannelShuffleLayer: TrainingLayer {
  let groups: Int
  let pixels: Int
  let channels: Int

  init(groups: Int, _ site: LayerSite) {
    self.groups = groups
    pixels = site.input.height * site.input.width
    channels = site.input.channels
  }

  var needs: LayerNeeds { LayerNeeds() }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    transpose(buffers.inputs[0], rows: groups, into: buffers.output, pass)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    transpose(buffers.outputGradient, rows: channels / groups, into: target.values, pass)
  }

  /// Each pixel's channels as a matrix of that many rows, transposed.
  private func transpose(_ x: Input, rows: Int, into y: Output, _ pass: TrainingPass) {
    let columns = channels / rows
    pass.forEachShare(of: pass.images * pixels) { pixels in
      for pixel in pixels {
        let (source, target) = (x + pixel * channels, y + pixel * channels)
        for row in 0..<rows {
          for column in 0..<columns {
            target[column * rows + row] = source[row * columns + column]
          }
        }
      }
    }
  }
}
