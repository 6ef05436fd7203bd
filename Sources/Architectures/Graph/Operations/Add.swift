/// Sum of two equal shapes, element by element.
struct Add: OperationRules {
  var inputCount: ClosedRange<Int> { 2...2 }

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    guard inputs[0] == inputs[1] else { throw .shapesDiffer(inputs[0], inputs[1]) }
    return inputs[0]
  }

  var category: String { "add" }

  var summary: String { "add" }
}
