/// A row of the tables 1 and 2 of MobileNetV3 (Howard et al. 2019).
struct MobileNetV3Block {
  var kernel: Int
  var expanded: Int
  var outputs: Int
  var squeezes: Bool
  var activation: Activation
  var stride: Int

  init(
    _ kernel: Int, _ expanded: Int, _ outputs: Int, squeezes: Bool = false,
    _ activation: Activation, stride: Int = 1
  ) {
    self.kernel = kernel
    self.expanded = expanded
    self.outputs = outputs
    self.squeezes = squeezes
    self.activation = activation
    self.stride = stride
  }

  /// The squeeze is a quarter of the *expanded* channels, rounded to a multiple of 8;
  /// EfficientNet and MixNet take their share of the block's input.
  func resolved(inputChannels: Int) -> ResolvedBlock {
    ResolvedBlock(
      inputChannels: inputChannels, expands: expanded != inputChannels,
      expandedChannels: expanded, expandGroups: 1,
      depthwiseGroups: [.init(kernel: kernel, channels: expanded)], stride: stride,
      squeezedChannels: squeezes ? roundChannels(expanded, multiplier: 0.25) : nil,
      projectGroups: 1, outputChannels: outputs, activation: activation,
      addsInput: stride == 1 && inputChannels == outputs)
  }
}

extension LayerAssembly {
  /// A whole MobileNetV3. The last hidden layer comes after the pooling, without batch norm.
  mutating func addMobileNetV3(
    _ blocks: [MobileNetV3Block], head: Int, hidden: Int, classes: Int
  ) throws(GraphError) {
    try addNormalized(
      .convolution(Convolution(outputChannels: 16, kernel: Extent(3), stride: Extent(2))),
      in: "stem", .hardSwish)
    for (index, block) in blocks.enumerated() {
      try addInvertedResidual(
        block.resolved(inputChannels: channels), in: "blocks.\(index)", squeezeActivation: .relu,
        gate: .hardSigmoid)
    }
    try addNormalized(.pointwise(head), in: "head", .hardSwish)
    try add(.globalAveragePool, named: "classifier.pool")
    try add(.dense(Dense(units: hidden)), named: "classifier.hidden")
    try add(.activation(.hardSwish), named: "classifier.activation")
    try add(.dropout(rate: 0.2), named: "classifier.dropout")
    try add(.dense(Dense(units: classes)), named: "classifier.dense")
  }
}
