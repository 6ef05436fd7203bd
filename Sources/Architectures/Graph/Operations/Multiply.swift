/// Product of two equal shapes, or of an image and one factor per channel.
struct Multiply: OperationRules {
  var inputCount: ClosedRange<Int> { 2...2 }

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    let (image, factor) = (inputs[0], inputs[1])
    guard factor == image || (factor.isVector && factor.channels == image.channels) else {
      throw .shapesDiffer(image, factor)
    }
    return image
  }

  var category: String { "multiply" }

  var summary: String { "multiply" }
}
