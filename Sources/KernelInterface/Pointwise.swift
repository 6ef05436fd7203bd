/// Matrix products over pixels: pointwise convolutions, dense layers, and, on patches, every
/// other dense or grouped convolution.
package struct PointwiseKernels: Sendable {
  /// Floats that packed weights for `inputChannels` × `outputChannels` occupy.
  package let packedCount: @Sendable (_ inputChannels: Int, _ outputChannels: Int) -> Int
  /// Packs a weight matrix for `forward`. Call it with the two strides swapped to pack the
  /// transpose, which makes `forward` compute an input gradient.
  package let pack: @Sendable (WeightMatrix, _ packed: Output) -> Void
  /// Packed weights whose row of each input channel is multiplied by that channel's factor: the
  /// same product as of an input so multiplied.
  package let scale:
    @Sendable (
      _ inputChannels: Int, _ outputChannels: Int, _ packed: Input, _ factors: Input,
      _ scaled: Output
    ) -> Void
  /// `output = activation(input · weights + bias + residual)`, row by row. The bits of a row do
  /// not depend on how many rows a call has, nor on its place among them.
  package let forward: @Sendable (PointwiseProduct) -> Void
  /// `output[k, n] (+)= Σ_m left[m, k] · right[m, n]`: a weight gradient. The sum over rows has
  /// one fixed shape for given `rows`.
  package let weightGradient: @Sendable (OuterProduct) -> Void

  package init(
    packedCount: @escaping @Sendable (Int, Int) -> Int,
    pack: @escaping @Sendable (WeightMatrix, Output) -> Void,
    scale: @escaping @Sendable (Int, Int, Input, Input, Output) -> Void,
    forward: @escaping @Sendable (PointwiseProduct) -> Void,
    weightGradient: @escaping @Sendable (OuterProduct) -> Void
  ) {
    self.packedCount = packedCount
    self.pack = pack
    self.scale = scale
    self.forward = forward
    self.weightGradient = weightGradient
  }
}

/// A `[inputChannels, outputChannels]` matrix anywhere in memory; element (k, n) lies at
/// `values[k * inputStride + n * outputStride]`.
package struct WeightMatrix {
  package var values: Input
  package var inputChannels: Int
  package var outputChannels: Int
  package var inputStride: Int
  package var outputStride: Int

  package init(
    values: Input, inputChannels: Int, outputChannels: Int, inputStride: Int, outputStride: Int
  ) {
    self.values = values
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.inputStride = inputStride
    self.outputStride = outputStride
  }
}

/// One call of `PointwiseKernels.forward`. Strides are floats from one row to the next, so a
/// group of channels is a call on shifted pointers, without a copy.
package struct PointwiseProduct {
  package var rows: Int
  package var inputChannels: Int
  package var outputChannels: Int
  package var input: Input
  package var inputStride: Int
  /// From `PointwiseKernels.pack`.
  package var weights: Input
  package var output: Output
  package var outputStride: Int
  /// `[outputChannels]`
  package var bias: Input?
  /// `[rows, outputChannels]` with `outputStride`; may be `output` itself, which accumulates.
  package var residual: Input?
  package var activation: KernelActivation
  /// Floats that are fetched from far memory while the product is computed; 0 for none. Only when
  /// things happen depends on it.
  package var fetchedFloats: Int
  /// Where they begin; nil for `weights`, of which the first are read at once.
  package var fetchedFrom: Input?

  package init(
    rows: Int, inputChannels: Int, outputChannels: Int, input: Input, inputStride: Int,
    weights: Input, output: Output, outputStride: Int, bias: Input? = nil,
    residual: Input? = nil, activation: KernelActivation = .identity, fetchedFloats: Int = 0,
    fetchedFrom: Input? = nil
  ) {
    self.rows = rows
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.input = input
    self.inputStride = inputStride
    self.weights = weights
    self.output = output
    self.outputStride = outputStride
    self.bias = bias
    self.residual = residual
    self.activation = activation
    self.fetchedFloats = fetchedFloats
    self.fetchedFrom = fetchedFrom
  }
}

/// One call of `PointwiseKernels.weightGradient`.
package struct OuterProduct {
  package var rows: Int
  package var leftChannels: Int
  package var rightChannels: Int
  /// `[rows, leftChannels]` with `leftStride`
  package var left: Input
  package var leftStride: Int
  /// `[rows, rightChannels]` with `rightStride`
  package var right: Input
  package var rightStride: Int
  /// `[leftChannels, rightChannels]` with `outputStride`
  package var output: Output
  package var outputStride: Int
  /// Adds to what `output` holds, instead of replacing it.
  package var accumulates: Bool

  package init(
    rows: Int, leftChannels: Int, rightChannels: Int, left: Input, leftStride: Int, right: Input,
    rightStride: Int, output: Output, outputStride: Int, accumulates: Bool = false
  ) {
    self.rows = rows
    self.leftChannels = leftChannels
    self.rightChannels = rightChannels
    self.left = left
    self.leftStride = leftStride
    self.right = right
    self.rightStride = rightStride
    self.output = output
    self.outputStride = outputStride
    self.accumulates = accumulates
  }
}
