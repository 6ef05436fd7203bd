/// One step of an optimiser on `count` weights. `gradient` is not changed; a weight's decay is
/// coupled (added to its gradient) for SGD and RMSProp, decoupled for AdamW.
package struct OptimizerKernels: Sendable {
  /// `v = momentum · v + g`, `w -= rate · (g + momentum · v)` with Nesterov, else `w -= rate · v`.
  package let sgd:
    @Sendable (
      _ count: Int, _ weights: Output, _ gradient: Input, _ velocity: Output, _ rate: Float,
      _ momentum: Float, _ weightDecay: Float, _ nesterov: Bool
    ) -> Void
  /// `s = decay · s + (1 - decay) · g²`, `v = momentum · v + g / (sqrt(s) + epsilon)`,
  /// `w -= rate · v`, as PyTorch does.
  package let rmsprop:
    @Sendable (
      _ count: Int, _ weights: Output, _ gradient: Input, _ meanSquare: Output,
      _ velocity: Output, _ rate: Float, _ decay: Float, _ momentum: Float, _ epsilon: Float,
      _ weightDecay: Float
    ) -> Void
  /// `step` counts from 1, for the bias correction (Loshchilov & Hutter 2019).
  package let adamw:
    @Sendable (
      _ count: Int, _ weights: Output, _ gradient: Input, _ first: Output, _ second: Output,
      _ step: Int, _ rate: Float, _ beta1: Float, _ beta2: Float, _ epsilon: Float,
      _ weightDecay: Float
    ) -> Void

  package init(
    sgd:
      @escaping @Sendable (Int, Output, Input, Output, Float, Float, Float, Bool) -> Void,
    rmsprop:
      @escaping @Sendable (
        Int, Output, Input, Output, Output, Float, Float, Float, Float, Float
      ) -> Void,
    adamw:
      @escaping @Sendable (
        Int, Output, Input, Output, Output, Int, Float, Float, Float, Float, Float
      ) -> Void
  ) {
    self.sgd = sgd
    self.rmsprop = rmsprop
    self.adamw = adamw
  }
}
