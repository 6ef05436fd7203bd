/// One row of results of one vector of channels of a depthwise convolution, and what it is
/// summed from. Private to the kernel targets; it stands here so that the code that comes with a
/// type is not compiled with a kernel target's instructions.
package struct RowCorrelation {
  /// Source row of the first tap row, and the floats from a pixel and a tap row to the next.
  package var source: Input
  package var pixelStride: Int
  package var rowStride: Int
  package var sourceWidth: Int
  /// Floats from `source` to the end of the tensor.
  package var sourceFloats: Int
  /// Weights of the first tap row, and the floats from a tap and a tap row to the next.
  package var weights: Input
  package var weightStride: Int
  package var weightRowStride: Int
  package var tapRows: Int
  /// Channels of the vector that exist.
  package var lanes: Int
  /// What each lane's sum starts with; nil for zero.
  package var bias: Input?
  package var lower: Float
  package var upper: Float
  package var result: Output

  package init(
    source: Input, pixelStride: Int, rowStride: Int, sourceWidth: Int, sourceFloats: Int,
    weights: Input, weightStride: Int, weightRowStride: Int, tapRows: Int, lanes: Int,
    bias: Input? = nil, lower: Float = -.infinity, upper: Float = .infinity, result: Output
  ) {
    self.source = source
    self.pixelStride = pixelStride
    self.rowStride = rowStride
    self.sourceWidth = sourceWidth
    self.sourceFloats = sourceFloats
    self.weights = weights
    self.weightStride = weightStride
    self.weightRowStride = weightRowStride
    self.tapRows = tapRows
    self.lanes = lanes
    self.bias = bias
    self.lower = lower
    self.upper = upper
    self.result = result
  }
}

/// One row of inputs under one row of output gradients, whose products a depthwise weight
/// gradient sums for one row of taps.
package struct TapRowCorrelation {
  package var input: Input
  package var inputWidth: Int
  /// Floats from `input` to the end of the tensor; `gradientFloats` likewise.
  package var inputFloats: Int
  package var gradient: Input
  package var gradientFloats: Int
  /// Floats from a pixel to the next, of both.
  package var channels: Int
  /// Channels of the vector that exist.
  package var lanes: Int
  package var result: Output

  package init(
    input: Input, inputWidth: Int, inputFloats: Int, gradient: Input, gradientFloats: Int,
    channels: Int, lanes: Int, result: Output
  ) {
    self.input = input
    self.inputWidth = inputWidth
    self.inputFloats = inputFloats
    self.gradient = gradient
    self.gradientFloats = gradientFloats
    self.channels = channels
    self.lanes = lanes
    self.result = result
  }
}
