/// A dense, grouped, asymmetric or dilated convolution.
///
/// `groups` need not divide the channels: input and output channels are split alike, and the
/// remainder goes to the first group (MixNet's rule for grouped 1×1 convolutions). Weights are
/// stored group after group, each `[kernel.height, kernel.width, inputs of group, outputs of
/// group]`.
package struct Convolution: Sendable, Hashable {
  package var outputChannels: Int
  package var kernel: Extent
  package var stride: Extent
  package var dilation: Extent
  package var groups: Int
  package var padding: Padding
  package var hasBias: Bool

  package init(
    outputChannels: Int, kernel: Extent, stride: Extent = Extent(1), dilation: Extent = Extent(1),
    groups: Int = 1, padding: Padding = .same, hasBias: Bool = false
  ) {
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.groups = groups
    self.padding = padding
    self.hasBias = hasBias
  }

  /// Pixels from the first tap to the last, both counted.
  package var effectiveExtent: Extent {
    Extent(
      height: (kernel.height - 1) * dilation.height + 1,
      width: (kernel.width - 1) * dilation.width + 1)
  }

  /// Whether each output pixel reads the one input pixel at its place.
  package var isPointwise: Bool {
    kernel == Extent(1) && stride == Extent(1) && resolvedPadding(for: TensorShape.pixel) == .none
  }

  /// The zeros around an image of this shape.
  package func resolvedPadding(for input: TensorShape) -> EdgePadding {
    placement(on: input).padding
  }

  /// Input and output channels of each group, in order.
  package func groupChannels(inputChannels: Int) -> [(inputs: Int, outputs: Int)] {
    let inputs = ChannelSplit.equal.channels(of: inputChannels, among: groups)
    let outputs = ChannelSplit.equal.channels(of: outputChannels, among: groups)
    return zip(inputs, outputs).map { ($0, $1) }
  }

  private func placement(on input: TensorShape) -> WindowPlacement {
    WindowPlacement(
      image: input.extent, extent: effectiveExtent, stride: stride, padding: padding)
  }
}

extension Convolution: OperationRules {
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    let input = inputs[0]
    try GraphLimits.check("kernel", kernel)
    try GraphLimits.check("stride", stride)
    try GraphLimits.check("dilation", dilation)
    try GraphLimits.check(padding)
    try GraphLimits.check(
      "number of output channels", outputChannels, from: 1, upTo: GraphLimits.channels)
    try GraphLimits.check("number of groups", groups, from: 1, upTo: GraphLimits.channels)
    guard groups <= min(input.channels, outputChannels) else {
      throw .groupsExceedChannels(groups: groups, channels: min(input.channels, outputChannels))
    }
    let output = placement(on: input).output
    guard output.height > 0, output.width > 0 else {
      throw .imageShrunkToNothing(image: input.extent, window: effectiveExtent)
    }
    return TensorShape(height: output.height, width: output.width, channels: outputChannels)
  }

  /// Normal with deviation `sqrt(2 / (kernel.height * kernel.width * outputs))`, the outputs
  /// being those of the group.
  func parameters(inputs: [TensorShape], output: TensorShape) -> [ParameterPlan] {
    let taps = kernel.height * kernel.width
    var runs: [ParameterTensor.Initialization.Run] = []
    for (inputs, outputs) in groupChannels(inputChannels: inputs[0].channels) {
      var run = ParameterTensor.Initialization.Run(
        count: taps * inputs * outputs, deviation: (2 / Double(taps * outputs)).squareRoot())
      if let last = runs.last, last.deviation == run.deviation {
        runs.removeLast()
        run = .init(count: last.count + run.count, deviation: run.deviation)
      }
      runs.append(run)
    }
    let count = runs.reduce(0) { $0 + $1.count }
    let weight = ParameterPlan(role: .weight, count: count, initialization: .normal(runs))
    let bias = ParameterPlan(role: .bias, count: outputChannels, initialization: .zeros)
    return hasBias ? [weight, bias] : [weight]
  }

  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int {
    let weights = groupChannels(inputChannels: inputs[0].channels).reduce(0) {
      $0 + $1.inputs * $1.outputs
    }
    return output.height * output.width * kernel.height * kernel.width * weights
  }

  var window: SlidingWindow { SlidingWindow(extent: effectiveExtent, stride: stride) }

  var category: String { "convolution" }

  var summary: String {
    var words = ["\(kernel) convolution"]
    if stride != Extent(1) { words.append(stride.summary(prefix: "s")) }
    if dilation != Extent(1) { words.append(dilation.summary(prefix: "d")) }
    if groups > 1 { words.append("in \(groups) groups") }
    return words.joined(separator: " ")
  }
}

extension Extent {
  /// `s2`, or `s2×1` where the sides differ.
  func summary(prefix: String) -> String {
    height == width ? "\(prefix)\(height)" : "\(prefix)\(self)"
  }
}

extension EdgePadding {
  static let none = EdgePadding(top: 0, left: 0, bottom: 0, right: 0)
}

extension TensorShape {
  fileprivate static let pixel = TensorShape(height: 1, width: 1, channels: 1)
}
