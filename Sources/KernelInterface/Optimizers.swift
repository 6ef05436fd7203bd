/// Steps of optimisers. A weight's decay is coupled (added to its gradient) for SGD and RMSProp,
/// decoupled for AdamW.
package struct OptimizerKernels: Sendable {
  /// `v = momentum · v + g`, `w -= rate · (g + momentum · v)` with Nesterov, else `w -= rate · v`;
  /// the first slot is `v`.
  package let sgd: @Sendable (OptimizerStep, SGDConstants) -> Void
  /// `s = decay · s + (1 - decay) · g²`, `v = momentum · v + g / (sqrt(s) + epsilon)`,
  /// `w -= rate · v`, as PyTorch does; the slots are `s` and `v`.
  package let rmsprop: @Sendable (OptimizerStep, RMSPropConstants) -> Void
  /// Adam with decoupled decay (Loshchilov & Hutter 2019); the slots are its two moments.
  package let adamw: @Sendable (OptimizerStep, AdamWConstants) -> Void

  package init(
    sgd: @escaping @Sendable (OptimizerStep, SGDConstants) -> Void,
    rmsprop: @escaping @Sendable (OptimizerStep, RMSPropConstants) -> Void,
    adamw: @escaping @Sendable (OptimizerStep, AdamWConstants) -> Void
  ) {
    self.sgd = sgd
    self.rmsprop = rmsprop
    self.adamw = adamw
  }
}

/// Weights that a step changes, and what their optimiser remembers of each.
package struct OptimizerStep {
  package var count: Int
  package var weights: Output
  /// Not changed.
  package var gradient: Input
  package var firstSlot: Output
  /// Not touched by an optimiser of one slot.
  package var secondSlot: Output
  package var rate: Float
  package var weightDecay: Float

  package init(
    count: Int, weights: Output, gradient: Input, firstSlot: Output, secondSlot: Output,
    rate: Float, weightDecay: Float
  ) {
    self.count = count
    self.weights = weights
    self.gradient = gradient
    self.firstSlot = firstSlot
    self.secondSlot = secondSlot
    self.rate = rate
    self.weightDecay = weightDecay
  }
}

package struct SGDConstants {
  package var momentum: Float
  package var isNesterov: Bool

  package init(momentum: Float, isNesterov: Bool) {
    self.momentum = momentum
    self.isNesterov = isNesterov
  }
}

package struct RMSPropConstants {
  package var decay: Float
  package var momentum: Float
  package var epsilon: Float

  package init(decay: Float, momentum: Float, epsilon: Float) {
    self.decay = decay
    self.momentum = momentum
    self.epsilon = epsilon
  }
}

package struct AdamWConstants {
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  /// Counts from 1, for the bias correction.
  package var step: Int

  package init(beta1: Float, beta2: Float, epsilon: Float, step: Int) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.step = step
  }
}
