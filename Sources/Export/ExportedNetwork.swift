import Architectures
import Engine
import WeightFiles

/// A network with its weights and all that an export says of it.
package struct ExportedNetwork: Sendable {
  package let graph: NetworkGraph
  package let weights: NetworkWeights
  package let metadata: NetworkMetadata
  /// Of the mixnas that exports.
  package let version: String

  /// - Parameter graph: made with the batch norm of `metadata.normalization`.
  /// - Precondition: the weights are of the graph.
  package init(
    graph: NetworkGraph, weights: NetworkWeights, metadata: NetworkMetadata, version: String
  ) {
    precondition(graph.parameterTensors == weights.tensors, "weights of another network")
    self.graph = graph
    self.weights = weights
    self.metadata = metadata
    self.version = version
  }

  /// What the metadata of every format holds: the texts of the weight file, and the genome in
  /// block notation where there is one.
  package func texts() throws -> [String: String] {
    var texts = try metadata.texts(digest: weights.digest)
    if case .genome(let file) = metadata.architecture {
      texts["mixnas.genome"] = file.genome.canonical.blockNotation
    }
    return texts
  }

  /// The weights in PyTorch's layouts, with `texts`.
  package func safetensors() throws -> SafetensorsFile {
    SafetensorsFile(tensors: weights.tensors(of: graph), metadata: try texts())
  }
}

/// Why a network can't be exported.
package enum ExportError: Error, Sendable, Hashable {
  /// A node's name is also the beginning of another's path, which no module's attribute can be.
  case nameIsPath(String)
  /// Two nodes' names differ in dashes and underscores alone.
  case equalNames(String)
  /// An ONNX file can't hold the weights.
  case tooLarge(file: String, bytes: Int)
  /// What was written does not read back as what was meant.
  case readBack(file: String, problem: String)
}

extension ExportError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .nameIsPath(let name):
      "node '\(name)' can't become a PyTorch module, because other nodes' names begin with it"
    case .equalNames(let name): "two nodes would be called '\(name)' in PyTorch"
    case .tooLarge(let file, let bytes):
      "\(file): the weights take \(bytes) bytes, and an ONNX file holds less than 2 GiB; export them as "
        + "safetensors or for PyTorch"
    case .readBack(let file, let problem):
      "\(file): the file does not read back as it was written: \(problem); nothing was kept"
    }
  }
}
