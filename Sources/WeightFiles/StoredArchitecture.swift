import Architectures
import Files
import Foundation

/// Which network a weight file is of.
package enum StoredArchitecture: Sendable, Hashable {
  case genome(ArchitectureFile)
  /// A network that is known by name and has no genome.
  case reference(NamedReference)

  package struct NamedReference: Sendable, Hashable, Codable {
    /// As in `ReferenceNetwork`.
    package var network: String
    package var input: TensorShape
    package var classes: Int

    package init(network: String, input: TensorShape, classes: Int) {
      self.network = network
      self.input = input
      self.classes = classes
    }
  }

  /// What describes an architecture in a file.
  package init(
    name: String, _ architecture: NetworkArchitecture, input: TensorShape, classes: Int
  ) {
    switch architecture {
    case .genome(let genome):
      self = .genome(
        ArchitectureFile(name: name, input: input, classes: classes, genome: genome))
    case .reference(let network):
      self = .reference(
        NamedReference(network: network.name, input: input, classes: classes))
    }
  }

  /// - Throws: `WeightFileError.Reason.metadata` where no network has the name.
  package func architecture() throws(WeightFileError.Reason) -> NetworkArchitecture {
    switch self {
    case .genome(let file): return .genome(file.genome)
    case .reference(let reference):
      guard let network = ReferenceNetwork(named: reference.network) else {
        throw .metadata(
          key: NetworkMetadata.Key.architecture,
          problem: "names the network '\(reference.network)', which this mixnas does not know")
      }
      return network.architecture
    }
  }

  package var name: String {
    switch self {
    case .genome(let file): file.name
    case .reference(let reference): reference.network
    }
  }

  package var input: TensorShape {
    switch self {
    case .genome(let file): file.input
    case .reference(let reference): reference.input
    }
  }

  package var classes: Int {
    switch self {
    case .genome(let file): file.classes
    case .reference(let reference): reference.classes
    }
  }

  /// - Parameter json: as coded.
  init(json: String) throws(WeightFileError.Reason) {
    let data = Data(json.utf8)
    if let reference = try? JSONDecoder().decode(NamedReference.self, from: data) {
      self = .reference(reference)
      return
    }
    do {
      // With a check that the network can be built.
      self = .genome(try ArchitectureFile(json: data))
    } catch {
      throw .metadata(
        key: NetworkMetadata.Key.architecture, problem: "describes no network: \(error)")
    }
  }
}

/// In JSON, an architecture file, or `{"classes":…,"input":…,"network":NAME}`.
extension StoredArchitecture: Codable {
  package init(from decoder: any Decoder) throws {
    if let reference = try? NamedReference(from: decoder) {
      self = .reference(reference)
    } else {
      self = .genome(try ArchitectureFile(from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .genome(let file): try file.encode(to: encoder)
    case .reference(let reference): try reference.encode(to: encoder)
    }
  }
}
