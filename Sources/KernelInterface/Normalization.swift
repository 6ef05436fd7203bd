/// Batch normalisation with the activation behind it, in training.
///
/// With `z = x · scale + shift` per channel, where `scale = gamma / sqrt(variance + epsilon)` and
/// `shift = beta - mean · scale`, the layer's output is `activation(z)`.
package struct NormalizationKernels: Sendable {
  /// Mean and (biased) variance of each channel over `rows` rows. Exact enough for large means:
  /// blocks of rows are centred on their own mean, then combined (Chan et al. 1979).
  package let moments:
    @Sendable (_ rows: Int, _ channels: Int, _ x: Input, _ mean: Output, _ variance: Output) -> Void
  /// `y = activation(x · scale + shift)`; `y` may be `x`.
  package let apply:
    @Sendable (
      _ rows: Int, _ channels: Int, _ x: Input, _ scale: Input, _ shift: Input,
      _ activation: KernelActivation, _ y: Output
    ) -> Void
  /// Gradients through activation and normalisation with the batch's own moments.
  package let gradient: @Sendable (NormalizationGradient) -> Void

  package init(
    moments: @escaping @Sendable (Int, Int, Input, Output, Output) -> Void,
    apply:
      @escaping @Sendable (Int, Int, Input, Input, Input, KernelActivation, Output) -> Void,
    gradient: @escaping @Sendable (NormalizationGradient) -> Void
  ) {
    self.moments = moments
    self.apply = apply
    self.gradient = gradient
  }
}

package struct NormalizationGradient {
  package var rows: Int
  package var channels: Int
  /// The layer's input.
  package var x: Input
  /// `[channels]` each.
  package var mean: Input
  package var inverseDeviation: Input
  package var gamma: Input
  package var beta: Input
  package var activation: KernelActivation
  /// Gradient of the layer's output (behind the activation).
  package var outputGradient: Input
  /// May be `outputGradient`.
  package var inputGradient: Output
  /// `[channels]` each; replaced.
  package var gammaGradient: Output
  package var betaGradient: Output

  package init(
    rows: Int, channels: Int, x: Input, mean: Input, inverseDeviation: Input, gamma: Input,
    beta: Input, activation: KernelActivation, outputGradient: Input, inputGradient: Output,
    gammaGradient: Output, betaGradient: Output
  ) {
    self.rows = rows
    self.channels = channels
    self.x = x
    self.mean = mean
    self.inverseDeviation = inverseDeviation
    self.gamma = gamma
    self.beta = beta
    self.activation = activation
    self.outputGradient = outputGradient
    self.inputGradient = inputGradient
    self.gammaGradient = gammaGradient
    self.betaGradient = betaGradient
  }
}
