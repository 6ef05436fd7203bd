/// A function of one element.
package enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  case relu
  /// `min(max(x, 0), 6)`
  case relu6
  /// `x * sigmoid(x)` (Ramachandran et al. 2017).
  case swish
  /// `x * relu6(x + 3) / 6` (Howard et al. 2019).
  case hardSwish = "hard-swish"
  case sigmoid
  /// `relu6(x + 3) / 6`
  case hardSigmoid = "hard-sigmoid"
}

extension Activation: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    inputs[0]
  }

  var category: String { "activation" }

  var summary: String { rawValue }
}
