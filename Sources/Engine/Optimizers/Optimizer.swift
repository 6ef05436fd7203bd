/// The rule by which gradients change weights, and its constants.
package enum Optimizer: Sendable, Hashable {
  /// Stochastic gradient descent with momentum, plain or Nesterov's, as PyTorch does it.
  case sgd(momentum: Double, nesterov: Bool)
  /// RMSProp with momentum (Tieleman & Hinton 2012), as PyTorch does it.
  case rmsprop(decay: Double, momentum: Double, epsilon: Double)
  /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
  case adamw(beta1: Double, beta2: Double, epsilon: Double)

  /// Floats of state per weight.
  package var slots: Int {
    switch self {
    case .sgd: 1
    case .rmsprop, .adamw: 2
    }
  }
}
