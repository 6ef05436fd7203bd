/// Mean over height and width.
struct GlobalAveragePool: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    TensorShape(height: 1, width: 1, channels: inputs[0].channels)
  }

  var category: String { "pool" }

  var summary: String { "global average pool" }
}
