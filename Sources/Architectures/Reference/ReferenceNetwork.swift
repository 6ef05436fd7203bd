/// A published network that can be named wherever a genome can.
///
///     let network = ReferenceNetwork(named: "mixnet-s")
///     let graph = try network?.graph()
package struct ReferenceNetwork: Sendable, Hashable {
  /// As written on the command line.
  package let name: String
  /// One line: what it is and where it was published.
  package let summary: String
  package let genome: Genome

  /// What the published figures are for.
  package static let input = TensorShape(height: 224, width: 224, channels: 3)
  package static let classes = 1000

  /// All of them, in the order in which they are listed.
  package static let all: [ReferenceNetwork] = [mixNetS, mixNetM, mixNetL, mobileNetV2]

  init(name: String, summary: String, genome: Genome) {
    self.name = name
    self.summary = summary
    self.genome = genome
  }

  /// The network of that name, nil if there is none.
  package init?(named name: String) {
    guard let network = Self.all.first(where: { $0.name == name }) else { return nil }
    self = network
  }

  /// The network for images of a shape and a number of classes.
  package func graph(
    input: TensorShape = Self.input, classes: Int = Self.classes
  ) throws -> NetworkGraph {
    try genome.graph(name: name, input: input, classes: classes)
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
