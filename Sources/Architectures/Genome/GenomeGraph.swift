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
    var assembly = LayerAssembly(name: name, input: input, normalization: normalization)
    try assembly.addStem(stem, stride: variant.stemStride(stem.stride))
    for (index, var block) in try resolvedBlocks().enumerated() {
      block.stride = variant.stride(block.stride, ofBlock: index)
      try assembly.checkStride(block.stride, at: .block(index))
      try assembly.addInvertedResidual(block, in: "blocks.\(index)")
    }
    try assembly.addHead(head)
    try assembly.addClassifier(dropout: head.dropout, classes: classes)
    return assembly.builder.graph()
  }
}

extension LayerAssembly {
  fileprivate mutating func addStem(_ stem: Genome.Stem, stride: Int) throws {
    try checkStride(stride, at: .stem)
    let convolution = Convolution(
      outputChannels: stem.channels, kernel: Extent(stem.kernel), stride: Extent(stride))
    try addNormalized(.convolution(convolution), in: "stem", stem.activation)
  }

  fileprivate mutating func addHead(_ head: Genome.Head) throws {
    try addNormalized(.pointwise(head.channels), in: "head", head.activation)
  }

  fileprivate func checkStride(_ stride: Int, at place: GenomeError.Place) throws {
    if stride > 1, builder.shape(of: end).isVector {
      throw GenomeError(place: place, reason: .imageShrunkToNothing(stride: stride))
    }
  }
}
