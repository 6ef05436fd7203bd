/// A graph that grows at its end by the layers that most networks are made of.
///
///     var layers = LayerAssembly(name: "tiny", input: image, normalization: .init())
///     try layers.addNormalized(.pointwise(8), in: "stem", .relu)
///     try layers.addClassifier(dropout: 0, classes: 10)
///     let graph = layers.builder.graph()
struct LayerAssembly {
  private(set) var builder: GraphBuilder
  /// The node that the next layer reads.
  var end: Int
  private let normalization: BatchNormalization

  init(name: String, input: TensorShape, normalization: BatchNormalization) {
    builder = GraphBuilder(name: name, input: input)
    self.normalization = normalization
    end = builder.input
  }

  /// Channels of what the next layer reads.
  var channels: Int { builder.shape(of: end).channels }

  /// Adds an operation that reads the end, or the nodes given, and becomes the new end.
  mutating func add(
    _ operation: Operation, named name: String, _ inputs: [Int]? = nil
  ) throws(GraphError) {
    end = try builder.add(operation, named: name, inputs ?? [end])
  }

  /// `PATH.convolution`, `PATH.normalization` and, unless the layer is linear,
  /// `PATH.activation`.
  mutating func addNormalized(
    _ operation: Operation, in path: String, _ activation: Activation? = nil
  ) throws(GraphError) {
    try add(operation, named: path + ".convolution")
    try add(.batchNormalization(normalization), named: path + ".normalization")
    if let activation { try add(.activation(activation), named: path + ".activation") }
  }

  /// `PATH.pool`, `.reduce`, `.activation`, `.expand`, `.gate` and `.scale` (Hu et al. 2018).
  mutating func addSqueezeExcitation(
    width: Int, _ activation: Activation, gate: Activation = .sigmoid, in path: String
  ) throws(GraphError) {
    let image = end
    let channels = channels
    try add(.globalAveragePool, named: path + ".pool")
    try add(.pointwise(width, hasBias: true), named: path + ".reduce")
    try add(.activation(activation), named: path + ".activation")
    try add(.pointwise(channels, hasBias: true), named: path + ".expand")
    try add(.activation(gate), named: path + ".gate")
    try add(.multiply, named: path + ".scale", [image, end])
  }

  /// `classifier.pool`, `classifier.dropout` where there is any, `classifier.dense`.
  mutating func addClassifier(dropout: Double = 0, classes: Int) throws(GraphError) {
    try add(.globalAveragePool, named: "classifier.pool")
    if dropout > 0 { try add(.dropout(rate: dropout), named: "classifier.dropout") }
    try add(.dense(Dense(units: classes)), named: "classifier.dense")
  }
}

extension Operation {
  /// A 1×1 convolution.
  static func pointwise(_ channels: Int, groups: Int = 1, hasBias: Bool = false) -> Operation {
    .convolution(
      Convolution(outputChannels: channels, kernel: Extent(1), groups: groups, hasBias: hasBias))
  }

  /// A depthwise convolution with one kernel.
  static func depthwise(
    _ kernel: Int, channels: Int, stride: Int = 1, padding: DepthwisePadding = .same
  ) -> Operation {
    .mixedDepthwise(
      MixedDepthwise(
        groups: [.init(kernel: kernel, channels: channels)], stride: stride, padding: padding))
  }
}
