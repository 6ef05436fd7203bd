import Architectures
import WeightFiles

/// In JSON, an architecture file or a reference network's name with input and classes.
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
