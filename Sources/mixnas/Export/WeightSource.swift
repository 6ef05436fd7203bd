import Architectures
import Datasets
import Engine
import Evaluation
import Export
import Foundation
import Kernels
import Randomness
import Search
import WeightFiles

/// Where the weights of an exported network come from.
enum WeightSource: Equatable {
  /// A file of weights.
  case file(String)
  /// A candidate of a run, trained again; the file is where the weights are kept, nil where that
  /// was not possible.
  case retrained(recorded: Double, accuracy: Double, kept: String?)
  case random(seed: UInt64)

  var summary: String {
    switch self {
    case .file(let path): "weights of \(path)"
    case .retrained: "weights of the candidate, trained again"
    case .random(let seed): "random weights (seed \(seed))"
    }
  }
}

/// A network with weights, from whatever has some.
struct WeightedNetwork {
  let exported: ExportedNetwork
  let source: WeightSource
}

extension NamedNetwork {
  /// How a file describes the network.
  var stored: StoredArchitecture {
    StoredArchitecture(name: name, architecture, input: input, classes: classes)
  }

  /// The network with the weights of its file, or without one fresh ones: those with which a
  /// training of the seed begins.
  func weighted(seed: UInt64) throws -> WeightedNetwork {
    guard let weights else {
      let normalization = architecture.normalization
      let graph = try graph()
      // The values, folded, the file's bytes, and the values that these are parsed to.
      try FloatMemory.check(count: 6 * graph.parameterCount)
      return WeightedNetwork(
        exported: ExportedNetwork(
          graph: graph,
          weights: NetworkWeights(
            graph: graph, random: RandomStream(seed: seed).substream("weights")),
          metadata: NetworkMetadata(
            architecture: stored, normalization: .init(batch: normalization)),
          version: mixnasVersion),
        source: .random(seed: seed))
    }
    return try weighted(file: weights.path)
  }

  /// The network with the weights of a file.
  ///
  /// - Throws: `CommandProblem.otherWeights` where the file's network has other inputs or
  ///   classes.
  func weighted(file path: String) throws -> WeightedNetwork {
    let file = try WeightFile(path: path)
    var metadata = file.metadata
    guard metadata.architecture.classes == classes,
      metadata.architecture.input.channels == input.channels
    else {
      throw CommandProblem.otherWeights(
        file: path, classes: metadata.architecture.classes,
        channels: metadata.architecture.input.channels)
    }
    metadata.architecture = stored
    let graph = try graph(normalization: metadata.normalization.batch)
    let weights = try file.weights(of: graph)
    return WeightedNetwork(
      exported: ExportedNetwork(
        graph: graph, weights: weights, metadata: metadata, version: mixnasVersion),
      source: .file(path))
  }
}
