/// The maximum or mean of each window, channel by channel. Padding counts in neither.
package struct Pool: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable { case maximum, average }

  package var kind: Kind
  package var kernel: Extent
  package var stride: Extent
  package var padding: Padding
  /// Rounds the output size up, so that a last, partial window counts.
  package var roundsUp: Bool

  package init(
    kind: Kind, kernel: Extent, stride: Extent, padding: Padding = .same, roundsUp: Bool = false
  ) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.roundsUp = roundsUp
  }

  /// The zeros around an image of this shape; with `roundsUp` the bottom and right edges reach
  /// as far as the last window.
  package func resolvedPadding(for input: TensorShape) -> EdgePadding {
    placement(on: input).padding
  }

  private func placement(on input: TensorShape) -> WindowPlacement {
    WindowPlacement(
      image: input.extent, extent: kernel, stride: stride, padding: padding, roundsUp: roundsUp)
  }
}

extension Pool: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    let input = inputs[0]
    try GraphLimits.check("kernel", kernel)
    try GraphLimits.check("stride", stride)
    try GraphLimits.check(padding)
    // A window wholly in the padding would have neither a maximum nor a mean.
    if case .symmetric(let zeros) = padding {
      try GraphLimits.check("padding height", zeros.height, upTo: kernel.height / 2)
      try GraphLimits.check("padding width", zeros.width, upTo: kernel.width / 2)
    }
    let output = placement(on: input).output
    guard output.height > 0, output.width > 0 else {
      throw .imageShrunkToNothing(image: input.extent, window: kernel)
    }
    return TensorShape(height: output.height, width: output.width, channels: input.channels)
  }

  var window: SlidingWindow { SlidingWindow(extent: kernel, stride: stride) }

  var category: String { "pool" }

  var summary: String {
    let step = stride == Extent(1) ? "" : " " + stride.summary(prefix: "s")
    return "\(kernel) \(kind.rawValue) pool\(step)"
  }
}
