/// A depthwise convolution whose channels are cut into groups with kernels of their own
/// (Tan & Le 2019). Weights are stored group after group, each `[kernel, kernel, channels]`.
package struct MixedDepthwise: Sendable, Hashable {
  package struct Group: Sendable, Hashable, Codable {
    /// Taps along each side, odd.
    package var kernel: Int
    package var dilation: Int
    package var channels: Int

    package init(kernel: Int, dilation: Int = 1, channels: Int) {
      self.kernel = kernel
      self.dilation = dilation
      self.channels = channels
    }

    /// Pixels from the first tap to the last, both counted.
    package var effectiveExtent: Int { (kernel - 1) * dilation + 1 }
  }

  package var groups: [Group]
  package var stride: Int
  /// How many zeros that makes follows from each group's own window.
  package var padding: DepthwisePadding

  package init(groups: [Group], stride: Int = 1, padding: DepthwisePadding = .same) {
    self.groups = groups
    self.stride = stride
    self.padding = padding
  }

  /// The zeros that each group sees around an image of this shape, in the order of the groups.
  /// They follow from the group's own effective extent; all groups give outputs of one size.
  package func resolvedPaddings(for input: TensorShape) -> [EdgePadding] {
    groups.map { placement(of: $0, on: input).padding }
  }

  private func placement(of group: Group, on input: TensorShape) -> WindowPlacement {
    let zeros = (group.effectiveExtent - 1) / 2
    return WindowPlacement(
      image: input.extent, extent: Extent(group.effectiveExtent), stride: Extent(stride),
      padding: padding == .same ? .same : .symmetric(Extent(zeros)))
  }
}

/// How each group of a mixed depthwise convolution is padded.
package enum DepthwisePadding: Sendable, Hashable {
  /// TensorFlow's 'same'.
  case same
  /// `dilation * (kernel - 1) / 2` on every side, PyTorch's habit.
  case centered
}

extension MixedDepthwise: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    let input = inputs[0]
    try GraphLimits.check("number of groups", groups.count, from: 1, upTo: GraphLimits.channels)
    try GraphLimits.check("stride", stride, from: 1, upTo: GraphLimits.window)
    var channels = 0
    for group in groups {
      try GraphLimits.check("kernel", group.kernel, from: 1, upTo: GraphLimits.window)
      guard group.kernel % 2 == 1 else { throw .evenKernel(group.kernel) }
      try GraphLimits.check("dilation", group.dilation, from: 1, upTo: GraphLimits.window)
      try GraphLimits.check(
        "number of channels of a group", group.channels, from: 1, upTo: GraphLimits.channels)
      channels += group.channels
    }
    guard channels == input.channels else {
      throw .channelMismatch(expected: channels, actual: input.channels)
    }
    // An odd window centred on a pixel always fits, and every group takes the same steps.
    let output = placement(of: groups[0], on: input).output
    return TensorShape(height: output.height, width: output.width, channels: channels)
  }

  /// Normal with deviation `sqrt(2 / (kernel * kernel))`, each group by its own kernel.
  func parameters(inputs: [TensorShape], output: TensorShape) -> [ParameterPlan] {
    let runs = groups.map { group in
      let taps = group.kernel * group.kernel
      return ParameterTensor.Initialization.Run(
        count: taps * group.channels, deviation: (2 / Double(taps)).squareRoot())
    }
    let count = runs.reduce(0) { $0 + $1.count }
    return [ParameterPlan(role: .weight, count: count, initialization: .normal(runs))]
  }

  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int {
    output.height * output.width
      * groups.reduce(0) { $0 + $1.kernel * $1.kernel * $1.channels }
  }

  var window: SlidingWindow {
    let extent = groups.reduce(1) { max($0, $1.effectiveExtent) }
    return SlidingWindow(extent: Extent(extent), stride: Extent(stride))
  }

  var category: String { "depthwise" }

  /// `mixed depthwise 3.5.7 (48+48+48) s2`; a dilated kernel is `3d2`.
  var summary: String {
    let kernels = groups.map { $0.dilation == 1 ? "\($0.kernel)" : "\($0.kernel)d\($0.dilation)" }
    var words =
      groups.count == 1
      ? ["depthwise \(kernels[0])"]
      : [
        "mixed depthwise \(kernels.joined(separator: "."))",
        "(\(groups.map { "\($0.channels)" }.joined(separator: "+")))",
      ]
    if stride != 1 { words.append("s\(stride)") }
    return words.joined(separator: " ")
  }
}
