extension Genome {
  /// The network of this genome for images of one shape and a number of classes.
  ///
  /// Nodes are named `stem.convolution`, `stem.normalization`, `stem.activation`; per block
  /// `blocks.N.expand.…`, `blocks.N.depthwise.…`, `blocks.N.squeeze-excitation.` with `pool`,
  /// `reduce`, `activation`, `expand`, `gate` and `scale`, `blocks.N.project.…`, `blocks.N.add`;
  /// `head.…`; `classifier.pool`, `classifier.dropout`, `classifier.dense`. What a genome leaves
  /// out has no node.
  ///
  /// - Throws: `GenomeError` where the genome is no network or a stride finds one pixel only,
  ///   `GraphError` where a size is beyond `GraphLimits`.
  package func graph(
    name: String = "genome", input: TensorShape, classes: Int,
    variant: NetworkVariant = .deployment,
    normalization: BatchNormalization = BatchNormalization()
  ) throws -> NetworkGraph {
    try validate()
    guard (1...GraphLimits.channels).contains(classes) else {
      throw GenomeError(
        place: .classifier,
        reason: .number("number of classes", classes, allowed: 1...GraphLimits.channels))
    }
    var assembly = Assembly(name: name, input: input, normalization: normalization)
    try assembly.addStem(stem, stride: variant.stemStride(stem.stride))
    for (index, block) in try resolvedBlocks().enumerated() {
      try assembly.add(block, index, stride: variant.stride(block.stride, ofBlock: index))
    }
    try assembly.addHead(head)
    try assembly.addClassifier(dropout: head.dropout, classes: classes)
    return assembly.builder.graph()
  }
}

/// A graph that grows at its end.
private struct Assembly {
  var builder: GraphBuilder
  private let normalization: BatchNormalization
  /// The node that the next layer reads.
  private var end: Int

  init(name: String, input: TensorShape, normalization: BatchNormalization) {
    builder = GraphBuilder(name: name, input: input)
    self.normalization = normalization
    end = builder.input
  }

  mutating func addStem(_ stem: Genome.Stem, stride: Int) throws {
    try checkStride(stride, at: .stem)
    let convolution = Convolution(
      outputChannels: stem.channels, kernel: Extent(stem.kernel), stride: Extent(stride))
    try addNormalized(.convolution(convolution), in: "stem", activation: stem.activation)
  }

  mutating func add(_ block: ResolvedBlock, _ index: Int, stride: Int) throws {
    let path = "blocks.\(index)"
    let input = end
    try checkStride(stride, at: .block(index))
    if block.expands {
      try addNormalized(
        pointwise(block.expandedChannels, groups: block.expandGroups), in: path + ".expand",
        activation: block.activation)
    }
    try addNormalized(
      .mixedDepthwise(MixedDepthwise(groups: block.depthwiseGroups, stride: stride)),
      in: path + ".depthwise", activation: block.activation)
    if let width = block.squeezedChannels {
      try addSqueezeExcitation(
        width: width, of: block.expandedChannels, activation: block.activation,
        in: path + ".squeeze-excitation")
    }
    try addNormalized(
      pointwise(block.outputChannels, groups: block.projectGroups), in: path + ".project")
    if block.addsInput { end = try builder.add(.add, named: path + ".add", [end, input]) }
  }

  mutating func addHead(_ head: Genome.Head) throws {
    try addNormalized(pointwise(head.channels), in: "head", activation: head.activation)
  }

  mutating func addClassifier(dropout: Double, classes: Int) throws {
    try add(.globalAveragePool, named: "classifier.pool")
    if dropout > 0 { try add(.dropout(rate: dropout), named: "classifier.dropout") }
    try add(.dense(Dense(units: classes)), named: "classifier.dense")
  }

  private mutating func addSqueezeExcitation(
    width: Int, of channels: Int, activation: Activation, in path: String
  ) throws {
    let image = end
    try add(.globalAveragePool, named: path + ".pool")
    try add(pointwise(width, hasBias: true), named: path + ".reduce")
    try add(.activation(activation), named: path + ".activation")
    try add(pointwise(channels, hasBias: true), named: path + ".expand")
    try add(.activation(.sigmoid), named: path + ".gate")
    end = try builder.add(.multiply, named: path + ".scale", [image, end])
  }

  /// The operation, batch norm and, unless the layer is linear, an activation.
  private mutating func addNormalized(
    _ operation: Operation, in path: String, activation: Activation? = nil
  ) throws {
    try add(operation, named: path + ".convolution")
    try add(.batchNormalization(normalization), named: path + ".normalization")
    if let activation { try add(.activation(activation), named: path + ".activation") }
  }

  private mutating func add(_ operation: Operation, named name: String) throws {
    end = try builder.add(operation, named: name, [end])
  }

  private func pointwise(
    _ channels: Int, groups: Int = 1, hasBias: Bool = false
  ) -> Operation {
    .convolution(
      Convolution(
        outputChannels: channels, kernel: Extent(1), groups: groups, hasBias: hasBias))
  }

  private func checkStride(_ stride: Int, at place: GenomeError.Place) throws {
    if stride > 1, builder.shape(of: end).isVector {
      throw GenomeError(place: place, reason: .imageShrunkToNothing(stride: stride))
    }
  }
}
