/// Mixed depthwise convolution: each channel is convolved with its own square kernel, and
/// groups of channels differ in kernel size and dilation. One operation, one pass over memory.
package struct DepthwiseKernels: Sendable {
  /// `output = activation(depthwise(input) + bias)` for the output rows of the call.
  package let forward: @Sendable (DepthwiseForward) -> Void
  /// Gradient of the loss with respect to the input, from that of the output. Writes every
  /// element of `inputGradient`.
  package let inputGradient: @Sendable (DepthwiseInputGradient) -> Void
  /// Adds the gradient of the packed weights (`DepthwiseLayout.packedCount` floats; taps that
  /// no channel owns may receive anything and are dropped by `DepthwiseLayout.unpack`).
  package let weightGradient: @Sendable (DepthwiseWeightGradient) -> Void

  package init(
    forward: @escaping @Sendable (DepthwiseForward) -> Void,
    inputGradient: @escaping @Sendable (DepthwiseInputGradient) -> Void,
    weightGradient: @escaping @Sendable (DepthwiseWeightGradient) -> Void
  ) {
    self.forward = forward
    self.inputGradient = inputGradient
    self.weightGradient = weightGradient
  }
}

/// Heights, widths and the window's place of a depthwise convolution, per image.
package struct DepthwiseGeometry: Hashable, Sendable {
  package var height: Int
  package var width: Int
  package var channels: Int
  package var outputHeight: Int
  package var outputWidth: Int
  package var stride: Int

  package init(
    height: Int, width: Int, channels: Int, outputHeight: Int, outputWidth: Int, stride: Int
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    self.stride = stride
  }
}

/// Consecutive channels that share kernel size, dilation and padding.
package struct DepthwiseChannelGroup: Hashable, Sendable {
  package var channels: Int
  /// Taps along each side.
  package var kernel: Int
  package var dilation: Int
  /// Zero rows above and zero columns left of the image: output (y, x) reads input rows
  /// `y * stride - padTop + i * dilation` and columns alike.
  package var padTop: Int
  package var padLeft: Int

  package init(channels: Int, kernel: Int, dilation: Int, padTop: Int, padLeft: Int) {
    self.channels = channels
    self.kernel = kernel
    self.dilation = dilation
    self.padTop = padTop
    self.padLeft = padLeft
  }
}

/// One call of `DepthwiseKernels.forward`: `images` images of the layout's geometry.
package struct DepthwiseForward {
  package var layout: DepthwiseLayout
  package var images: Int
  /// Output rows to compute, of `images * outputHeight` in all.
  package var rows: Range<Int>
  package var input: Input
  /// Packed by `DepthwiseLayout.pack`.
  package var weights: Input
  package var output: Output
  /// `[channels]`
  package var bias: Input?
  package var activation: KernelActivation

  package init(
    layout: DepthwiseLayout, images: Int, rows: Range<Int>, input: Input, weights: Input,
    output: Output, bias: Input? = nil, activation: KernelActivation = .identity
  ) {
    self.layout = layout
    self.images = images
    self.rows = rows
    self.input = input
    self.weights = weights
    self.output = output
    self.bias = bias
    self.activation = activation
  }
}

package struct DepthwiseInputGradient {
  package var layout: DepthwiseLayout
  package var images: Int
  package var outputGradient: Input
  package var weights: Input
  package var inputGradient: Output

  package init(
    layout: DepthwiseLayout, images: Int, outputGradient: Input, weights: Input,
    inputGradient: Output
  ) {
    self.layout = layout
    self.images = images
    self.outputGradient = outputGradient
    self.weights = weights
    self.inputGradient = inputGradient
  }
}

package struct DepthwiseWeightGradient {
  package var layout: DepthwiseLayout
  package var images: Int
  package var input: Input
  package var outputGradient: Input
  /// Packed; added to.
  package var weightGradient: Output

  package init(
    layout: DepthwiseLayout, images: Int, input: Input, outputGradient: Input,
    weightGradient: Output
  ) {
    self.layout = layout
    self.images = images
    self.input = input
    self.outputGradient = outputGradient
    self.weightGradient = weightGradient
  }
}
