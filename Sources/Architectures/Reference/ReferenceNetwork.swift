/// A published network that can be named wherever a genome can.
///
///     let network = ReferenceNetwork(named: "mixnet-s")
///     let graph = try network?.graph()
package struct ReferenceNetwork: Sendable {
  /// As written on the command line.
  package let name: String
  /// One line: what it is and where it was published.
  package let summary: String
  /// As published with the network; `BatchNormalization()` is that of MixNet and its relatives.
  package let normalization: BatchNormalization
  private let definition: Definition

  private enum Definition: Sendable {
    case genome(Genome)
    case layers(@Sendable (inout LayerAssembly, _ classes: Int) throws -> Void)
  }

  /// What the published figures are for.
  package static let input = TensorShape(height: 224, width: 224, channels: 3)
  package static let classes = 1000

  /// All of them, in the order in which they are listed.
  package static let all: [ReferenceNetwork] =
    [
      mixNetS, mixNetM, mixNetL, mobileNetV1, mobileNetV2, mobileNetV3Large, mobileNetV3Small,
      mnasNetA1, efficientNetB0, resNet50, resNet50V1,
    ] + shuffleNetsV1

  init(name: String, summary: String, genome: Genome) {
    self.name = name
    self.summary = summary
    normalization = BatchNormalization()
    definition = .genome(genome)
  }

  /// - Parameter layers: adds everything from the stem to the classifier.
  init(
    name: String, summary: String, normalization: BatchNormalization,
    layers: @escaping @Sendable (inout LayerAssembly, _ classes: Int) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.normalization = normalization
    definition = .layers(layers)
  }

  /// The network of that name, nil if there is none.
  package init?(named name: String) {
    guard let network = Self.all.first(where: { $0.name == name }) else { return nil }
    self = network
  }

  /// Nil where no genome expresses it.
  package var genome: Genome? {
    if case .genome(let genome) = definition { genome } else { nil }
  }

  /// Its genome where there is one, which says more, else itself.
  package var architecture: NetworkArchitecture {
    genome.map(NetworkArchitecture.genome) ?? .reference(self)
  }

  /// The network for images of a shape and a number of classes.
  ///
  /// - Parameters:
  ///   - name: instead of its own.
  ///   - normalization: instead of the published one.
  /// - Throws: `GenomeError` or `GraphError`.
  package func graph(
    name: String? = nil, input: TensorShape = Self.input, classes: Int = Self.classes,
    normalization: BatchNormalization? = nil
  ) throws -> NetworkGraph {
    let name = name ?? self.name
    let normalization = normalization ?? self.normalization
    switch definition {
    case .genome(let genome):
      return try genome.graph(
        name: name, input: input, classes: classes, normalization: normalization)
    case .layers(let add):
      var layers = LayerAssembly(name: name, input: input, normalization: normalization)
      try add(&layers, classes)
      let graph = layers.builder.graph()
      try graph.checkStrides()
      return graph
    }
  }
}

/// Names are distinct, so the name is the network.
extension ReferenceNetwork: Hashable {
  package static func == (first: Self, second: Self) -> Bool { first.name == second.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension ReferenceNetwork: CustomStringConvertible {
  package var description: String { name }
}

extension NetworkGraph {
  /// A stride on an image of one pixel does nothing but hide that the input is too small.
  fileprivate func checkStrides() throws(GraphError) {
    for (index, node) in nodes.enumerated() where node.operation.rules.window.stride != Extent(1) {
      if inputShapes(of: index)[0].isVector {
        throw GraphError(node: node.name, reason: .strideOnOnePixel)
      }
    }
  }
}

extension Genome {
  /// A genome that stands in the source.
  ///
  /// - Precondition: the notation is valid.
  init(layers: String) {
    do {
      try self.init(blockNotation: layers)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
