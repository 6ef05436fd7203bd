/// Images of one size, their channels one after the other.
struct Concatenate: OperationRules {
  var inputCount: ClosedRange<Int> { 1...Int.max }

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    var output = inputs[0]
    for shape in inputs.dropFirst() {
      guard shape.extent == output.extent else { throw .shapesDiffer(inputs[0], shape) }
      output.channels += shape.channels
    }
    return output
  }

  var category: String { "concatenate" }

  var summary: String { "concatenate" }
}
