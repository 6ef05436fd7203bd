/// The image itself. Its node is made by `GraphBuilder`'s initialiser and can't be added again.
struct GraphInput: OperationRules {
  var inputCount: ClosedRange<Int> { 0...Int.max }

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    throw .secondInput
  }

  var category: String { "input" }

  var summary: String { "input" }
}
