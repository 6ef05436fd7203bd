import Architectures
import Engine
import Evaluation
import Files
import Foundation
import Randomness
import WeightFiles

/// A checkpoint as a weight file: the weights that would be deployed under their own names, so
/// that it is read like any other weight file, and behind them what only a training needs.
///
/// The state is in the engine's order, each part one run of floats: `training.parameters`, and
/// `training.slots.0` … of the optimiser. The average of the weights is not repeated: it is what
/// would be deployed. Step, progress and checksums stand in the metadata under `mixnas.training`.
enum CheckpointFile {
  /// Begins the names of tensors that are no weights.
  static let prefix = WeightFile.trainingPrefix
  static let key = "mixnas.training"
  /// Of the text under `key`. Files from before there was one have none.
  static let checksumKey = "mixnas.training.checksum"

  private struct Record: Codable {
    var progress: TrainingProgress
    var step: Int
    var slots: Int
    var hasAverage: Bool
    /// Of `training.json`.
    var configuration: String
    /// Of all tensors under `prefix`, in order.
    var state: String
  }

  static func contents(
    _ checkpoint: TrainingCheckpoint, of graph: NetworkGraph, _ metadata: NetworkMetadata,
    configurationChecksum: String
  ) throws -> SafetensorsFile {
    var file = try WeightFile.contents(checkpoint.weights, of: graph, metadata)
    let state = checkpoint.state
    let runs = [state.parameters] + state.slots
    let names = ["parameters"] + state.slots.indices.map { "slots.\($0)" }
    file.tensors += zip(names, runs).map { name, values in
      SafetensorsFile.Tensor(name: prefix + name, shape: [values.count], values: values)
    }
    let record = Record(
      progress: checkpoint.progress, step: state.step, slots: state.slots.count,
      hasAverage: state.average != nil, configuration: configurationChecksum,
      state: digest(runs))
    // A loss can be too large for a number though all weights are finite.
    let text = try CanonicalJSON.bytes(record)
    file.metadata[key] = String(decoding: text, as: UTF8.self)
    file.metadata[checksumKey] = Checksum.text(of: text)
    return file
  }

  /// Throws what reading the file throws, or `TrainingFolderError`.
  static func checkpoint(
    path: String, of graph: NetworkGraph, configurationChecksum: String
  ) throws -> TrainingCheckpoint {
    let (file, record) = try read(path, configurationChecksum: configurationChecksum)
    let weights = try file.weights(of: graph)
    let found = Dictionary(file.tensors.tensors.map { ($0.name, $0.values) }) { first, _ in first }
    var slots: [[Float]] = []
    while let slot = found["\(prefix)slots.\(slots.count)"] { slots.append(slot) }
    guard let parameters = found[prefix + "parameters"], slots.count == record.slots,
      digest([parameters] + slots) == record.state
    else {
      throw TrainingFolderError.checkpointUnreadable(
        path: path, "its training state is not what was written")
    }
    return TrainingCheckpoint(
      progress: record.progress,
      state: TrainerState(
        parameters: parameters, step: record.step, slots: slots,
        average: record.hasAverage ? weights.values : nil),
      weights: weights)
  }

  /// Throws as `checkpoint` does where the file can't be this configuration's.
  static func check(path: String, configurationChecksum: String) throws {
    _ = try read(path, configurationChecksum: configurationChecksum)
  }

  /// Whether a file is the checkpoint that a training begins with.
  static func isFirst(_ path: String) -> Bool {
    guard let progress = try? read(path).1.progress else { return false }
    return progress.epochs.isEmpty && progress.step == 0
  }

  private static func read(
    _ path: String, configurationChecksum: String
  ) throws -> (WeightFile, Record) {
    let (file, record) = try read(path)
    guard record.configuration == configurationChecksum else {
      throw TrainingFolderError.configurationChanged(
        path: URL(fileURLWithPath: path).deletingLastPathComponent()
          .appendingPathComponent(TrainingFiles.configuration).path)
    }
    return (file, record)
  }

  private static func read(_ path: String) throws -> (WeightFile, Record) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw TrainingFolderError.checkpointUnreadable(path: path, "it is missing")
    }
    let file = try WeightFile(path: path)
    guard let text = file.tensors.metadata[key] else {
      throw TrainingFolderError.checkpointUnreadable(path: path, "its training state is missing")
    }
    if let checksum = file.tensors.metadata[checksumKey], checksum != Checksum.text(of: text.utf8) {
      throw TrainingFolderError.checkpointUnreadable(
        path: path, "'\(key)' is not what was written")
    }
    do {
      return (file, try CanonicalJSON.value(from: text.utf8))
    } catch {
      throw TrainingFolderError.checkpointUnreadable(path: path, "'\(key)' can't be read")
    }
  }

  private static func digest(_ runs: [[Float]]) -> String {
    var hash = StableHash()
    for values in runs { hash.combine(values) }
    return String(hash.value, radix: 16)
  }
}

/// The best weights of a training: an ordinary weight file that also says whose they are.
enum BestFile {
  static let epochKey = "mixnas.epoch"
  /// Of `training.json`. Files from before there was one have none.
  static let configurationKey = "mixnas.configuration"

  static func contents(
    _ weights: NetworkWeights, epoch: Int, of graph: NetworkGraph, _ metadata: NetworkMetadata,
    configurationChecksum: String
  ) throws -> SafetensorsFile {
    var file = try WeightFile.contents(weights, of: graph, metadata)
    file.metadata[epochKey] = "\(epoch)"
    file.metadata[configurationKey] = configurationChecksum
    return file
  }

  /// Throws `bestOfAnother` where the weights are not those of this configuration, or what reading
  /// the file throws.
  static func read(_ path: String, configurationChecksum: String) throws -> WeightFile {
    let file = try WeightFile(path: path)
    if let recorded = file.tensors.metadata[configurationKey], recorded != configurationChecksum {
      throw TrainingFolderError.bestOfAnother(path: path)
    }
    return file
  }

  /// The number of the epoch, nil where the file doesn't say.
  static func epoch(of file: WeightFile) -> Int? {
    file.tensors.metadata[epochKey].flatMap { Int($0) }
  }
}
