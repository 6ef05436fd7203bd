import Datasets
import Evaluation
import RunStore
import WeightFiles

/// What a full training is fixed to when it begins: `training.json`.
package struct TrainingConfiguration: Sendable, Hashable {
  /// Of this version of mixnas. It grows with changes that older versions can't read.
  package static let currentFormat = 1

  /// Weights that a training began with.
  package struct Start: Sendable, Hashable, Codable {
    /// As the user named it.
    package var source: String
    /// `NetworkWeights.digest`
    package var digest: String
    /// Whether images that this training holds back may have trained them; nil for no.
    package var hasSeenHeldBack: Bool?

    package init(source: String, digest: String, hasSeenHeldBack: Bool) {
      self.source = source
      self.digest = digest
      self.hasSeenHeldBack = hasSeenHeldBack ? true : nil
    }
  }

  package var format: Int
  /// Of the mixnas that began the training.
  package var version: String
  package var network: StoredArchitecture
  /// With all that the command line changed.
  package var settings: FullTrainingSettings
  package var seed: UInt64
  package var dataset: DatasetSource
  package var classNames: [String]
  package var datasetFingerprint: String
  package var host: HostFingerprint
  /// Nil for fresh weights.
  package var start: Start?

  package init(
    version: String, network: StoredArchitecture, settings: FullTrainingSettings, seed: UInt64,
    dataset: DatasetSource, classNames: [String], datasetFingerprint: String,
    host: HostFingerprint, start: Start?
  ) {
    self.format = Self.currentFormat
    self.version = version
    self.network = network
    self.settings = settings
    self.seed = seed
    self.dataset = dataset
    self.classNames = classNames
    self.datasetFingerprint = datasetFingerprint
    self.host = host
    self.start = start
  }

  /// What the weight files of this training say of themselves.
  package func metadata(_ normalization: NetworkMetadata.Normalization) -> NetworkMetadata {
    NetworkMetadata(
      architecture: network, normalization: normalization, data: datasetFingerprint,
      classNames: classNames)
  }
}

extension TrainingConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, version, network, settings, seed, dataset, classNames, datasetFingerprint, host
    case start
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    format = try container.decode(Int.self, forKey: .format)
    version = try container.decode(String.self, forKey: .version)
    network = try container.decode(StoredArchitecture.self, forKey: .network)
    // A setting that is younger than the training has its default, which is what it did.
    settings = try container.decode(JSONValue.self, forKey: .settings)
      .filled(from: JSONValue(encoding: FullTrainingSettings(.init()))).decoded()
    seed = try container.decode(UInt64.self, forKey: .seed)
    dataset = try container.decode(DatasetSource.self, forKey: .dataset)
    classNames = try container.decode([String].self, forKey: .classNames)
    datasetFingerprint = try container.decode(String.self, forKey: .datasetFingerprint)
    host = try container.decode(HostFingerprint.self, forKey: .host)
    start = try container.decodeIfPresent(Start.self, forKey: .start)
  }
}
