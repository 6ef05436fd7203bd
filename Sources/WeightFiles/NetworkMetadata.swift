import Architectures
import Files

/// What a weight file says of itself, and an export of its network.
///
/// Each part is a text under a key of its own; files may hold further keys.
package struct NetworkMetadata: Sendable, Hashable {
  /// The texts' keys.
  package enum Key {
    package static let format = "format"
    package static let architecture = "mixnas.architecture"
    package static let normalization = "mixnas.normalization"
    package static let data = "mixnas.data"
    package static let classes = "mixnas.classes"
    package static let weights = "mixnas.weights"
    package static let run = "mixnas.run"
    /// Of all these texts. Files from before there was one have none.
    package static let checksum = "mixnas.checksum"

    fileprivate static let described = [architecture, classes, data, normalization, run, weights]
  }

  /// What is done to an image before the network, and batch norm's constants.
  package struct Normalization: Sendable, Hashable, Codable {
    /// Of each channel, of pixels scaled to 0 … 1; nil where the images aren't known.
    package var mean: [Double]?
    package var deviation: [Double]?
    package var epsilon: Double
    /// Share of the old running statistics that a training step keeps; PyTorch's momentum is
    /// the rest.
    package var momentum: Double

    package init(
      mean: [Double]? = nil, deviation: [Double]? = nil,
      batch: BatchNormalization = BatchNormalization()
    ) {
      self.mean = mean
      self.deviation = deviation
      epsilon = batch.epsilon
      momentum = batch.momentum
    }

    package var batch: BatchNormalization {
      BatchNormalization(epsilon: epsilon, momentum: momentum)
    }
  }

  package var architecture: StoredArchitecture
  package var normalization: Normalization
  /// Fingerprint of the images that the weights were trained on.
  package var data: String?
  package var classNames: [String]?
  /// Checksum of the configuration of the search that trained the weights.
  package var run: String?

  package init(
    architecture: StoredArchitecture, normalization: Normalization = Normalization(),
    data: String? = nil, classNames: [String]? = nil, run: String? = nil
  ) {
    self.architecture = architecture
    self.normalization = normalization
    self.data = data
    self.classNames = classNames
    self.run = run
  }

  /// The texts, for weights of a digest (`NetworkWeights.digest`).
  package func texts(digest: String) throws -> [String: String] {
    var texts = [
      Key.format: "pt",
      Key.architecture: try CanonicalJSON.text(architecture),
      Key.normalization: try CanonicalJSON.text(normalization),
      Key.weights: digest,
    ]
    texts[Key.data] = data
    texts[Key.run] = run
    texts[Key.classes] = try classNames.map { try CanonicalJSON.text($0) }
    texts[Key.checksum] = Self.checksum(of: texts)
    return texts
  }

  private static func checksum(of texts: [String: String]) -> String {
    let lines = Key.described.compactMap { key in texts[key].map { "\(key)=\($0)\n" } }
    return Checksum.text(of: lines.joined().utf8)
  }

  /// Nil where the texts name no architecture: the file was not made by mixnas.
  package init?(texts: [String: String]) throws(WeightFileError.Reason) {
    guard let architecture = texts[Key.architecture] else { return nil }
    if let recorded = texts[Key.checksum], recorded != Self.checksum(of: texts) {
      throw .metadata(
        key: Key.checksum,
        problem:
          "does not fit the other texts: what describes the network has changed since mixnas "
          + "wrote it; 'mixnas import FILE --genome GENOME --output NEW' describes it anew")
    }
    self.architecture = try StoredArchitecture(json: architecture)
    normalization = try Self.value(Key.normalization, in: texts) ?? Normalization()
    data = texts[Key.data]
    run = texts[Key.run]
    classNames = try Self.value(Key.classes, in: texts)
    guard normalization.isValid(channels: self.architecture.input.channels) else {
      throw .metadata(key: Key.normalization, problem: "has values that can't be")
    }
    if let classNames, classNames.count != self.architecture.classes {
      throw .metadata(
        key: Key.classes,
        problem: "names \(classNames.count) classes of \(self.architecture.classes)")
    }
  }

  private static func value<Value: Decodable>(
    _ key: String, in texts: [String: String]
  ) throws(WeightFileError.Reason) -> Value? {
    guard let text = texts[key] else { return nil }
    do {
      return try CanonicalJSON.value(from: text.utf8)
    } catch {
      throw .metadata(key: key, problem: "can't be read: \(text.prefix(60))")
    }
  }
}

extension NetworkMetadata.Normalization {
  fileprivate func isValid(channels: Int) -> Bool {
    let isOfChannels = [mean, deviation].allSatisfy { $0?.count ?? channels == channels }
    return isOfChannels && (mean == nil) == (deviation == nil)
      && (mean ?? []).allSatisfy(\.isFinite)
      && (deviation ?? []).allSatisfy { $0 > 0 && $0.isFinite }
      && (0..<1).contains(epsilon) && (0..<1).contains(momentum)
  }
}
