import Architectures

/// One depthwise window in place of several on their own channels: every kernel's taps lie amid
/// zeros where they read the same pixels as before.
struct MergedWindow {
  let window: Window
  private let parts: [Window]

  /// - Precondition: depthwise windows of one stride that give outputs of one size.
  init(_ parts: [Window], image: Extent, output: TensorShape) {
    self.parts = parts
    let stride = parts[0].stride
    let top = parts.reduce(0) { max($0, $1.padding.top) }
    let left = parts.reduce(0) { max($0, $1.padding.left) }
    // The last pixel that any part reads behind its first zero, counted from 1.
    let height = top + parts.reduce(1) { max($0, $1.span.height - $1.padding.top) }
    let width = left + parts.reduce(1) { max($0, $1.span.width - $1.padding.left) }
    let bottom = (output.height - 1) * stride.height + height - image.height - top
    let right = (output.width - 1) * stride.width + width - image.width - left
    window = Window(
      inputs: output.channels, groups: output.channels,
      kernel: Extent(height: height, width: width), stride: stride, dilation: Extent(1),
      padding: EdgePadding(top: top, left: left, bottom: max(0, bottom), right: max(0, right)))
  }

  /// The kernels of all parts, `[channels, height, width]` each, in the merged extent.
  func embedding(_ kernels: [[Float]]) -> [Float] {
    let size = window.kernel.height * window.kernel.width
    var result = [Float](repeating: 0, count: window.inputs * size)
    var channel = 0
    for (part, kernel) in zip(parts, kernels) {
      let taps = part.kernel.height * part.kernel.width
      for own in 0..<part.inputs {
        for tap in 0..<taps {
          let row =
            window.padding.top - part.padding.top
            + tap / part.kernel.width * part.dilation.height
          let column =
            window.padding.left - part.padding.left
            + tap % part.kernel.width * part.dilation.width
          result[channel * size + row * window.kernel.width + column] = kernel[own * taps + tap]
        }
        channel += 1
      }
    }
    return result
  }
}

extension Window {
  /// Pixels from the first tap to the last, both counted.
  fileprivate var span: Extent {
    Extent(
      height: (kernel.height - 1) * dilation.height + 1,
      width: (kernel.width - 1) * dilation.width + 1)
  }
}
