/// Per channel `gamma * (x - mean) / sqrt(variance + epsilon) + beta` (Ioffe & Szegedy 2015).
/// All four tensors are `[channels]`.
package struct BatchNormalization: Sendable, Hashable {
  package var epsilon: Double
  /// Share of the old running statistics that a step keeps (TensorFlow's convention).
  package var momentum: Double

  package init(epsilon: Double = 1e-3, momentum: Double = 0.99) {
    self.epsilon = epsilon
    self.momentum = momentum
  }
}

extension BatchNormalization: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    guard epsilon >= 0, epsilon < 1 else { throw .rate("epsilon", epsilon) }
    guard momentum >= 0, momentum < 1 else { throw .rate("momentum", momentum) }
    return inputs[0]
  }

  func parameters(inputs: [TensorShape], output: TensorShape) -> [ParameterPlan] {
    [
      ParameterPlan(role: .gamma, count: output.channels, initialization: .ones),
      ParameterPlan(role: .beta, count: output.channels, initialization: .zeros),
      ParameterPlan(role: .runningMean, count: output.channels, initialization: .zeros),
      ParameterPlan(role: .runningVariance, count: output.channels, initialization: .ones),
    ]
  }

  var category: String { "batch norm" }

  var summary: String { "batch norm" }
}
