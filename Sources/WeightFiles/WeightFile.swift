import Architectures
import Engine
import Files

/// A network's weights on disk, with all that is needed to build the network again.
///
///     try WeightFile.write(weights, of: graph, metadata, to: "winner.safetensors")
///     let file = try WeightFile(path: "winner.safetensors")
///     let graph = try file.graph()
///     let weights = try file.weights(of: graph)
package struct WeightFile: Sendable {
  /// What the names of tensors begin with that a training keeps beside a network's own.
  package static let trainingPrefix = "training."

  package let path: String
  package let tensors: SafetensorsFile
  package let metadata: NetworkMetadata

  /// Reads a file that mixnas wrote.
  ///
  /// - Throws: `SafetensorsError`, `WeightFileError`.
  package init(path: String) throws {
    self.path = path
    tensors = try SafetensorsFile(path: path)
    do {
      guard let metadata = try NetworkMetadata(texts: tensors.metadata) else {
        throw WeightFileError.Reason.noArchitecture
      }
      self.metadata = metadata
    } catch let reason as WeightFileError.Reason {
      throw WeightFileError(file: path, reason: reason)
    }
  }

  /// What the file's weights are of.
  package func architecture() throws(WeightFileError) -> NetworkArchitecture {
    do {
      return try metadata.architecture.architecture()
    } catch {
      throw WeightFileError(file: path, reason: error)
    }
  }

  /// The network, with the batch norm that the weights were trained with.
  ///
  /// - Parameter input: instead of the file's own; the channels must be the same.
  /// - Throws: `WeightFileError`, or `GraphError` or `GenomeError` where no network can be built.
  package func graph(input: TensorShape? = nil) throws -> NetworkGraph {
    let stored = metadata.architecture
    return try architecture().graph(
      name: stored.name, input: input ?? stored.input, classes: stored.classes,
      normalization: metadata.normalization.batch)
  }

  /// The weights, held against the digest with which they were written. Of a training's checkpoint,
  /// those that would be deployed.
  package func weights(of graph: NetworkGraph) throws(WeightFileError) -> NetworkWeights {
    let weights = try NetworkWeights(
      graph: graph, tensors: tensors.tensors(notUnder: Self.trainingPrefix), file: path)
    if let recorded = tensors.metadata[NetworkMetadata.Key.weights], recorded != weights.digest {
      throw WeightFileError(
        file: path, reason: .digest(recorded: recorded, found: weights.digest))
    }
    return weights
  }

  /// What a file of these weights holds.
  package static func contents(
    _ weights: NetworkWeights, of graph: NetworkGraph, _ metadata: NetworkMetadata
  ) throws -> SafetensorsFile {
    SafetensorsFile(
      tensors: weights.tensors(of: graph), metadata: try metadata.texts(digest: weights.digest))
  }

  /// Writes a file that is whole or not there.
  ///
  /// - Throws: `FileError`.
  package static func write(
    _ weights: NetworkWeights, of graph: NetworkGraph, _ metadata: NetworkMetadata,
    to path: String
  ) throws {
    try WholeFile.write(try contents(weights, of: graph, metadata).serialized(), to: path)
  }
}
