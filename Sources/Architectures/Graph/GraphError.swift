/// Why an operation can't be added to a graph.
package struct GraphError: Error, Sendable, Hashable {
  /// Name of the node that was refused.
  package let node: String
  package let reason: Reason

  package init(node: String, reason: Reason) {
    self.node = node
    self.reason = reason
  }

  /// The rule that the operation breaks, with the values that do; texts name a parameter.
  package enum Reason: Error, Sendable, Hashable {
    /// Empty, or with an empty component or white space.
    case invalidName
    case nameTaken
    /// A graph has one input, which its builder makes.
    case secondInput
    case tooManyNodes(limit: Int)
    case unknownInput(index: Int, nodes: Int)
    case inputCount(Int, allowed: ClosedRange<Int>)
    /// A parameter of the operation, or a size of its output, beyond what is allowed.
    case size(String, Int, allowed: ClosedRange<Int>)
    case evenKernel(Int)
    case rate(String, Double)
    /// The window is larger than the image with its padding, so nothing would be left of it.
    case imageShrunkToNothing(image: Extent, window: Extent)
    case strideOnOnePixel
    case groupsExceedChannels(groups: Int, channels: Int)
    case groupsDoNotDivide(groups: Int, channels: Int)
    case channelMismatch(expected: Int, actual: Int)
    case shapesDiffer(TensorShape, TensorShape)
    case notAVector(TensorShape)
    case sliceOutOfRange(Range<Int>, channels: Int)
  }
}

extension GraphError: CustomStringConvertible {
  package var description: String { "\(node): \(reason)" }
}

extension GraphError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalidName:
      "a node's name consists of components with a dot between them, without white space"
    case .nameTaken: "a node of this name exists already"
    case .secondInput: "a graph has one input, which is there from the start"
    case .tooManyNodes(let limit): "a graph holds at most \(limit) nodes"
    case .unknownInput(let index, let nodes):
      "reads node \(index), but only nodes 0 to \(nodes - 1) come before it"
    case .inputCount(let count, let allowed):
      "reads \(count) nodes; \(Self.prose(allowed)) allowed"
    case .size(let what, let value, let allowed):
      "\(what) is \(value); \(Self.prose(allowed)) allowed"
    case .evenKernel(let kernel): "kernel \(kernel) is even; a depthwise kernel is odd"
    case .rate(let what, let value): "\(what) is \(value); a number from 0 to below 1 is allowed"
    case .imageShrunkToNothing(let image, let window):
      "a \(window) window does not fit into the \(image) image with its padding"
    case .strideOnOnePixel:
      "has a stride on an image of one pixel; use a larger input"
    case .groupsExceedChannels(let groups, let channels):
      "\(groups) groups of \(channels) channels would leave a group without a channel"
    case .groupsDoNotDivide(let groups, let channels):
      "\(groups) groups do not divide \(channels) channels"
    case .channelMismatch(let expected, let actual):
      "is made for \(expected) channels, but reads \(actual)"
    case .shapesDiffer(let first, let second): "reads shapes \(first) and \(second), which differ"
    case .notAVector(let shape): "reads \(shape); a 1×1 image is needed, pool it first"
    case .sliceOutOfRange(let range, let channels):
      "channels \(range.lowerBound)..<\(range.upperBound) are not among 0..<\(channels)"
    }
  }

  private static func prose(_ range: ClosedRange<Int>) -> String {
    if range.lowerBound == range.upperBound { return "\(range.lowerBound) is" }
    if range.upperBound == .max { return "at least \(range.lowerBound) are" }
    return "\(range.lowerBound) to \(range.upperBound) are"
  }
}
