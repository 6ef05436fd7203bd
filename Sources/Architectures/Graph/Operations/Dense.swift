/// A fully connected layer on a `1 × 1 × channels` input. Weights `[inputs, units]`.
package struct Dense: Sendable, Hashable {
  package var units: Int
  package var hasBias: Bool

  package init(units: Int, hasBias: Bool = true) {
    self.units = units
    self.hasBias = hasBias
  }
}

extension Dense: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    guard inputs[0].isVector else { throw .notAVector(inputs[0]) }
    try GraphLimits.check("number of units", units, from: 1, upTo: GraphLimits.channels)
    return TensorShape(height: 1, width: 1, channels: units)
  }

  /// Uniform in ±`1 / sqrt(units)`.
  func parameters(inputs: [TensorShape], output: TensorShape) -> [ParameterPlan] {
    let weight = ParameterPlan(
      role: .weight, count: inputs[0].channels * units,
      initialization: .uniform(bound: 1 / Double(units).squareRoot()))
    let bias = ParameterPlan(role: .bias, count: units, initialization: .zeros)
    return hasBias ? [weight, bias] : [weight]
  }

  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int {
    inputs[0].channels * units
  }

  var category: String { "dense" }

  var summary: String { "dense \(units)" }
}
