/// What a network consists of, apart from its input and its number of classes: a genome, or a
/// published network that no genome can express.
package enum NetworkArchitecture: Sendable, Hashable {
  case genome(Genome)
  case reference(ReferenceNetwork)

  /// Nil where no genome expresses it.
  package var genome: Genome? {
    switch self {
    case .genome(let genome): genome
    case .reference(let network): network.genome
    }
  }

  /// The batch norm that its graphs have where nothing else is asked for.
  package var normalization: BatchNormalization {
    switch self {
    case .genome: BatchNormalization()
    case .reference(let network): network.normalization
    }
  }

  /// The network for images of a shape and a number of classes.
  ///
  /// - Parameter normalization: instead of its own.
  /// - Throws: `GenomeError` or `GraphError`.
  package func graph(
    name: String, input: TensorShape, classes: Int, normalization: BatchNormalization? = nil
  ) throws -> NetworkGraph {
    switch self {
    case .genome(let genome):
      try genome.graph(
        name: name, input: input, classes: classes,
        normalization: normalization ?? self.normalization)
    case .reference(let network):
      try network.graph(
        name: name, input: input, classes: classes, normalization: normalization)
    }
  }
}
