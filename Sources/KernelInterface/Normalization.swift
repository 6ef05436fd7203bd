/// Batch normalisation with the activation behind it, in training.
///
/// With `z = x · scale + shift` per channel, where `scale = gamma / sqrt(variance + epsilon)` and
/// `shift = beta - mean · scale`, the layer's output is `activation(z)`. No kernel here needs
/// the whole batch at once: a caller that has just written some rows goes on with them while
/// they are in the cache, and combines the sums of such blocks itself.
package struct NormalizationKernels: Sendable {
  /// Mean of each channel over `rows` rows, and the sum of squared distances from it. Exact
  /// enough for large means: what is summed are distances from the mean of a few of the rows.
  package let moments:
    @Sendable (_ rows: Int, _ channels: Int, _ x: Input, _ mean: Output, _ squares: Output) -> Void
  /// `y = transform(x) + addend`; `y` may be `x` or `addend`, and `addend` nil.
  package let apply:
    @Sendable (
      _ rows: Int, _ channels: Int, _ x: Input, _ transform: ChannelTransform, _ addend: Input?,
      _ y: Output
    ) -> Void
  /// `y = transform(x)`, and the activation's slopes there: `slopes = activation'(z)`.
  package let valuesAndSlopes:
    @Sendable (
      _ rows: Int, _ channels: Int, _ x: Input, _ transform: ChannelTransform, _ y: Output,
      _ slopes: Output
    ) -> Void
  /// `sums[c] = factor · Σ_r transform(x)[r, c]`
  package let transformedSums:
    @Sendable (
      _ rows: Int, _ channels: Int, _ x: Input, _ transform: ChannelTransform, _ factor: Float,
      _ sums: Output
    ) -> Void
  /// The gradient in front of the activation, and the sums over rows that the gradient in front
  /// of the normalisation needs.
  package let gradientSums: @Sendable (NormalizationGradientSums) -> Void
  /// `y = g · gradientScale + values · valueScale + shift`; `y` may be `g`.
  package let correct:
    @Sendable (
      _ rows: Int, _ channels: Int, _ g: Input, _ correction: GradientCorrection, _ y: Output
    ) -> Void

  package init(
    moments: @escaping @Sendable (Int, Int, Input, Output, Output) -> Void,
    apply: @escaping @Sendable (Int, Int, Input, ChannelTransform, Input?, Output) -> Void,
    valuesAndSlopes:
      @escaping @Sendable (Int, Int, Input, ChannelTransform, Output, Output) -> Void,
    transformedSums:
      @escaping @Sendable (Int, Int, Input, ChannelTransform, Float, Output) -> Void,
    gradientSums: @escaping @Sendable (NormalizationGradientSums) -> Void,
    correct: @escaping @Sendable (Int, Int, Input, GradientCorrection, Output) -> Void
  ) {
    self.moments = moments
    self.apply = apply
    self.valuesAndSlopes = valuesAndSlopes
    self.transformedSums = transformedSums
    self.gradientSums = gradientSums
    self.correct = correct
  }
}

/// One call of `NormalizationKernels.gradientSums`:
///
///     g = (dy · gate + addend) · activation'(x · scale + shift) · slopes
package struct NormalizationGradientSums {
  package var rows: Int
  package var channels: Int
  /// The normalisation's input.
  package var x: Input
  package var transform: ChannelTransform
  /// `[channels]`: the normalised input is `(x - mean) · inverseDeviation`.
  package var mean: Input
  package var inverseDeviation: Input
  /// Behind activation and gate.
  package var outputGradient: Input
  /// `[channels]`, of the one image that the call then has; nil for 1.
  package var gate: Input?
  /// Likewise; nil for zero.
  package var addend: Input?
  /// `[rows, channels]`, of an activation that is not that of `transform`; nil for 1.
  package var slopes: Input?
  /// Receives `g`; may be `outputGradient` or `slopes`. Nil if only the sums are wanted.
  package var gradient: Output?
  /// `[channels]`: `Σ_r g`
  package var gradientSum: Output
  /// `[channels]`: `Σ_r g · (x - mean) · inverseDeviation`
  package var productSum: Output
  /// Adds to the sums instead of replacing them.
  package var accumulates: Bool

  package init(
    rows: Int, channels: Int, x: Input, transform: ChannelTransform, mean: Input,
    inverseDeviation: Input, outputGradient: Input, gate: Input? = nil, addend: Input? = nil,
    slopes: Input? = nil, gradient: Output?, gradientSum: Output, productSum: Output,
    accumulates: Bool = false
  ) {
    self.rows = rows
    self.channels = channels
    self.x = x
    self.transform = transform
    self.mean = mean
    self.inverseDeviation = inverseDeviation
    self.outputGradient = outputGradient
    self.gate = gate
    self.addend = addend
    self.slopes = slopes
    self.gradient = gradient
    self.gradientSum = gradientSum
    self.productSum = productSum
    self.accumulates = accumulates
  }
}
