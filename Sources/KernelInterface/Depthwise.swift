/// Mixed depthwise convolution: each channel is convolved with its own square kernel, and
/// groups of channels differ in kernel size and dilation. One operation, one pass over memory.
package struct DepthwiseKernels: Sendable {
  /// Floats of scratch memory that a call on this layout needs.
  package let scratchCount: @Sendable (DepthwiseLayout) -> Int
  /// `output = activation(depthwise(transform(input)) + bias)` for the output rows of the call.
  package let forward: @Sendable (DepthwiseForward) -> Void
  /// Gradients of the loss with respect to input and weights, from that of the output.
  package let backward: @Sendable (DepthwiseBackward) -> Void

  package init(
    scratchCount: @escaping @Sendable (DepthwiseLayout) -> Int,
    forward: @escaping @Sendable (DepthwiseForward) -> Void,
    backward: @escaping @Sendable (DepthwiseBackward) -> Void
  ) {
    self.scratchCount = scratchCount
    self.forward = forward
    self.backward = backward
  }
}

/// Heights, widths, channels and stride of a depthwise convolution, per image. Where its windows
/// lie is the groups' own.
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

  /// The first input row that stands for an output row, both counted over all images: the one at
  /// its window's center or near it. Input rows that no window reaches belong to the last output
  /// row of their image.
  package func inputRow(_ row: Int) -> Int {
    let image = row / outputHeight
    return image * height + min((row - image * outputHeight) * stride, height)
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
  /// Output rows to compute, of `images * outputHeight` in all. No bit depends on how they are
  /// shared out among calls.
  package var rows: Range<Int>
  /// Of whole images; only `DepthwiseLayout.inputRows` of `rows` are read, and up to a vector
  /// behind them.
  package var input: Input
  /// Whether what is read of it has just been written and still is in the second-level cache. Only
  /// when things happen depends on it.
  package var inputIsNear: Bool
  /// Done to the input as it is read, but not to the zeros around an image.
  package var transform: ChannelTransform?
  /// Packed by `DepthwiseLayout.pack`.
  package var weights: Input
  package var output: Output
  /// `[images * outputHeight, channels]`: the sum of each computed row of the output. Nil if they
  /// are not wanted.
  package var rowSums: Output?
  /// `[channels]`
  package var bias: Input?
  package var activation: KernelActivation
  /// `DepthwiseKernels.scratchCount` floats, on a cache line's boundary.
  package var scratch: Output

  package init(
    layout: DepthwiseLayout, images: Int, rows: Range<Int>, input: Input,
    inputIsNear: Bool = false, transform: ChannelTransform? = nil, weights: Input,
    output: Output, rowSums: Output? = nil, bias: Input? = nil,
    activation: KernelActivation = .identity, scratch: Output
  ) {
    self.layout = layout
    self.images = images
    self.rows = rows
    self.input = input
    self.inputIsNear = inputIsNear
    self.transform = transform
    self.weights = weights
    self.output = output
    self.rowSums = rowSums
    self.bias = bias
    self.activation = activation
    self.scratch = scratch
  }
}

/// One call of `DepthwiseKernels.backward`: the gradient of the input rows that stand for some
/// output rows (`DepthwiseGeometry.inputRow`), and what these inputs add to the weights' gradient.
///
/// Both draw on the output's gradient around the rows, too, and on no other input.
package struct DepthwiseBackward {
  package var layout: DepthwiseLayout
  package var images: Int
  /// Of `images * outputHeight` output rows in all.
  package var rows: Range<Int>
  /// Of whole images, of which only the rows that stand for `rows` are read, and up to a vector
  /// behind them.
  package var input: Input
  /// As in `DepthwiseForward`.
  package var transform: ChannelTransform?
  package var outputGradient: Input
  /// Done to the output's gradient as it is read.
  package var correction: GradientCorrection?
  /// Packed.
  package var weights: Input
  /// Gradient of the *transformed* input; every element of the rows' share is written. Nil if it
  /// is not wanted.
  package var inputGradient: Output?
  /// Takes the input's gradient through the transform's activation, to what lies between scale
  /// and activation: its derivative costs little where its value is needed anyway.
  package var passesActivation: Bool
  /// Packed, `DepthwiseLayout.packedCount` floats; added to. Taps that no channel owns may
  /// receive anything and are dropped by `DepthwiseLayout.unpack`.
  package var weightGradient: Output
  /// `DepthwiseKernels.scratchCount` floats, on a cache line's boundary.
  package var scratch: Output
  /// Output rows behind these that the same thread's next call takes: their gradient is fetched
  /// while the call computes. Only when things happen depends on it.
  package var nextRows: Int
  /// Whether the call before did so for these rows.
  package var isFetched: Bool

  package init(
    layout: DepthwiseLayout, images: Int, rows: Range<Int>, input: Input,
    transform: ChannelTransform? = nil, outputGradient: Input,
    correction: GradientCorrection? = nil, weights: Input, inputGradient: Output?,
    passesActivation: Bool = false, weightGradient: Output, scratch: Output,
    nextRows: Int = 0, isFetched: Bool = false
  ) {
    self.layout = layout
    self.images = images
    self.rows = rows
    self.input = input
    self.transform = transform
    self.outputGradient = outputGradient
    self.correction = correction
    self.weights = weights
    self.inputGradient = inputGradient
    self.passesActivation = passesActivation
    self.weightGradient = weightGradient
    self.scratch = scratch
    self.nextRows = nextRows
    self.isFetched = isFetched
  }
}
