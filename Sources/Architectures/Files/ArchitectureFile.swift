import Foundation

/// A genome with its input and classes, as a JSON file.
///
///     {
///       "version": 1,
///       "name": "tiny",
///       "input": { "height": 32, "width": 32, "channels": 3 },
///       "classes": 10,
///       "genome": {
///         "stem": { "channels": 16, "stride": 1 },
///         "blocks": [ { "kernels": [3, 5], "expansion": 4, "channels": 24, "stride": 2 } ],
///         "head": { "channels": 256, "dropout": 0.2 }
///       }
///     }
package struct ArchitectureFile: Sendable, Hashable, Codable {
  /// Version of the format that this code writes and the latest that it reads.
  package static let currentVersion = 1

  package var name: String
  package var input: TensorShape
  package var classes: Int
  package var genome: Genome

  package init(name: String, input: TensorShape, classes: Int, genome: Genome) {
    self.name = name
    self.input = input
    self.classes = classes
    self.genome = genome
  }

  /// Bytes of a file; no genome needs as many.
  package static let sizeLimit = 1 << 20

  /// Reads a file's contents and checks that they describe a network.
  ///
  /// - Throws: `ArchitectureFileError`.
  package init(json: Data) throws(ArchitectureFileError) {
    do {
      self = try JSONDecoder().decode(ArchitectureFile.self, from: json)
    } catch let error as DecodingError {
      throw ArchitectureFileError(error, in: json)
    } catch {
      throw .notJSON(detail: "\(error)")
    }
    do {
      _ = try graph()
    } catch {
      throw .notANetwork(reason: "\(error)")
    }
  }

  /// The file's contents: keys in alphabetical order, the same bytes for the same value.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The network that the file describes.
  package func graph() throws -> NetworkGraph {
    try genome.graph(name: name, input: input, classes: classes)
  }
}

extension ArchitectureFile {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case version, name, input, classes, genome
  }

  private enum InputKeys: String, CodingKey, CaseIterable { case height, width, channels }

  private struct Input: Codable {
    var shape: TensorShape

    init(shape: TensorShape) { self.shape = shape }

    init(from decoder: any Decoder) throws {
      let values = try decoder.strictContainer(keyedBy: InputKeys.self)
      shape = TensorShape(
        height: try values.decode(Int.self, forKey: .height),
        width: try values.decode(Int.self, forKey: .width),
        channels: try values.decode(Int.self, forKey: .channels))
    }

    func encode(to encoder: any Encoder) throws { try shape.encode(to: encoder) }
  }

  package init(from decoder: any Decoder) throws {
    // The version first: a later format may well have other keys.
    let version = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .version)
    guard (1...Self.currentVersion).contains(version) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [CodingKeys.version],
          debugDescription: "is \(version); this mixnas reads version \(Self.currentVersion)"))
    }
    let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decode(String.self, forKey: .name),
      input: try values.decode(Input.self, forKey: .input).shape,
      classes: try values.decode(Int.self, forKey: .classes),
      genome: try values.decode(Genome.self, forKey: .genome))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.currentVersion, forKey: .version)
    try values.encode(name, forKey: .name)
    try values.encode(Input(shape: input), forKey: .input)
    try values.encode(classes, forKey: .classes)
    try values.encode(genome, forKey: .genome)
  }
}
