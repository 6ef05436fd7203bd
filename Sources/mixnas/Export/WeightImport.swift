import Architectures
import Engine
import WeightFiles

/// Weights of another program, checked against a network.
struct WeightImport {
  let graph: NetworkGraph
  let weights: NetworkWeights
  let metadata: NetworkMetadata

  /// - Parameter described: what is known of the images of a network without weights.
  /// - Throws: `SafetensorsError`, `WeightFileError`, or what building the network throws.
  init(file: String, network: NamedNetwork, described: NetworkMetadata?) throws {
    var tensors = try SafetensorsFile(path: file)
    tensors.removeWrapper()
    // PyTorch counts the batches that a batch norm has seen, which nothing here depends on.
    let others = tensors.otherTensors.filter { !$0.name.hasSuffix(".num_batches_tracked") }
    if let other = others.first {
      throw WeightFileError(file: file, reason: .elementType(other.name, other.elementType))
    }
    var metadata = NetworkMetadata(
      architecture: network.stored, normalization: .init(batch: network.architecture.normalization))
    // Tensors with a description are as good as new; a network's other weights describe at least
    // the images, though not those of this training.
    let own = try? NetworkMetadata(texts: tensors.metadata)
    var other = try network.weights.map { try WeightFile(path: $0.path).metadata } ?? described
    other?.data = nil
    if let known = own ?? other, known.architecture.input.channels == network.input.channels {
      metadata = known
      metadata.architecture = network.stored
      metadata.run = nil
      if known.architecture.classes != network.classes { metadata.classNames = nil }
    }
    graph = try network.graph(normalization: metadata.normalization.batch)
    // Of a training's checkpoint, those that would be deployed.
    let deployed = tensors.tensors(notUnder: WeightFile.trainingPrefix)
    weights = try NetworkWeights(graph: graph, tensors: deployed, file: file)
    self.metadata = metadata
  }
}

extension SafetensorsFile {
  /// Takes away what PyTorch's wrappers of a module, for several devices and compiled, put in front
  /// of every name.
  fileprivate mutating func removeWrapper() {
    for prefix in ["_orig_mod.", "module."]
    where !tensors.isEmpty && tensors.allSatisfy({ $0.name.hasPrefix(prefix) }) {
      for index in tensors.indices { tensors[index].name.removeFirst(prefix.count) }
    }
  }
}
