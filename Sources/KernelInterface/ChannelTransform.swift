/// What readers still have to do to stored values, so that no pass over memory is spent on it:
/// `activation(x · scale + shift)` per channel, as a batch norm and the activation behind it.
package struct ChannelTransform {
  /// `[channels]` each.
  package var scale: Input
  package var shift: Input
  package var activation: KernelActivation

  package init(scale: Input, shift: Input, activation: KernelActivation = .identity) {
    self.scale = scale
    self.shift = shift
    self.activation = activation
  }
}

/// What is still to be done to a stored gradient `g` in front of an activation, to take it
/// through the batch norm there: `g · gradientScale + values · valueScale + shift` per channel,
/// where `values` are the batch norm's inputs, of the gradient's shape.
package struct GradientCorrection {
  package var values: Input
  /// `[channels]` each.
  package var gradientScale: Input
  package var valueScale: Input
  package var shift: Input

  package init(values: Input, gradientScale: Input, valueScale: Input, shift: Input) {
    self.values = values
    self.gradientScale = gradientScale
    self.valueScale = valueScale
    self.shift = shift
  }
}
