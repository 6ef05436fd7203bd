/// A range of an image's channels.
struct Slice: OperationRules {
  var channels: Range<Int>

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    guard !channels.isEmpty, channels.lowerBound >= 0, channels.upperBound <= inputs[0].channels
    else { throw .sliceOutOfRange(channels, channels: inputs[0].channels) }
    return TensorShape(
      height: inputs[0].height, width: inputs[0].width, channels: channels.count)
  }

  var category: String { "slice" }

  var summary: String { "channels \(channels.lowerBound)..<\(channels.upperBound)" }
}
