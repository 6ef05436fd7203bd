/// In training each element is zero with probability `rate` and otherwise divided by
/// `1 - rate`; nothing in inference.
struct Dropout: OperationRules {
  var rate: Double

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    guard rate >= 0, rate < 1 else { throw .rate("rate", rate) }
    return inputs[0]
  }

  var category: String { "dropout" }

  var summary: String { "dropout \(rate)" }
}
