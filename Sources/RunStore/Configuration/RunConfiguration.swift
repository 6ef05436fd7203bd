import Search
import SearchSpaces

/// What a run is fixed to when it begins: `run.json`.
package struct RunConfiguration: Sendable, Hashable {
  /// Of this version of mixnas. It grows with changes that older versions can't read.
  package static let currentFormat = 1

  package var format: Int
  /// Of the mixnas that began the run.
  package var version: String
  /// With the strategy, objective and training as the run uses them, command-line options
  /// included; `strategy.evaluations` is the number that the run began with.
  package var space: SearchSpace
  package var seed: UInt64
  /// How to open the images again; only the caller understands it.
  package var dataset: JSONValue
  package var datasetFingerprint: String
  package var host: HostFingerprint

  package init(
    version: String, space: SearchSpace, seed: UInt64, dataset: JSONValue,
    datasetFingerprint: String, host: HostFingerprint
  ) {
    self.format = Self.currentFormat
    self.version = version
    self.space = space
    self.seed = seed
    self.dataset = dataset
    self.datasetFingerprint = datasetFingerprint
    self.host = host
  }
}

extension RunConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, version, space, seed, dataset, datasetFingerprint, host
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    format = try container.decode(Int.self, forKey: .format)
    version = try container.decode(String.self, forKey: .version)
    // A setting that is younger than the run has its default, which is what the run did.
    space = try container.decode(JSONValue.self, forKey: .space)
      .filled(from: JSONValue(encoding: SettingDefaults())).decoded()
    seed = try container.decode(UInt64.self, forKey: .seed)
    dataset = try container.decode(JSONValue.self, forKey: .dataset)
    datasetFingerprint = try container.decode(String.self, forKey: .datasetFingerprint)
    host = try container.decode(HostFingerprint.self, forKey: .host)
  }
}

/// The parts of a search space that have defaults, under their names.
private struct SettingDefaults: Encodable {
  let strategy = StrategySettings()
  let training = TrainingSettings()
  let latency = LatencySettings()
}
