import Architectures
import Datasets
import Engine
import Evaluation
import Foundation
import Randomness
import RunStore
import SearchSpaces
import WeightFiles

@testable import TrainingStore

/// Small data and a small network, of which an epoch takes milliseconds.
enum Samples {
  /// Noise with a bright square, whose place is the class.
  static func data() throws -> DatasetPair {
    func images(_ count: Int, seed: UInt64) throws -> ImageDataset {
      var random = RandomStream(seed: seed)
      var pixels: [UInt8] = []
      let labels = (0..<count).map { Int32($0 % 3) }
      for label in labels {
        for y in 0..<8 {
          for x in 0..<8 {
            let isInside = y / 3 == label && x / 3 == label
            pixels.append(UInt8(random.below(100) + (isInside ? 120 : 0)))
          }
        }
      }
      return try ImageDataset(
        pixels: pixels, labels: labels, height: 8, width: 8, channels: 1,
        classNames: ["a", "b", "c"])
    }
    return try DatasetPair(training: images(50, seed: 1), test: images(20, seed: 2))
  }

  static let file = ArchitectureFile(
    name: "tiny", input: TensorShape(height: 8, width: 8, channels: 1), classes: 3,
    genome: Genome(
      stem: .init(channels: 8, stride: 2),
      blocks: [Block(kernels: [3, 5], expansion: 2, outputChannels: 8)],
      head: .init(channels: 16, dropout: 0.2)))

  static func settings() -> FullTrainingSettings {
    var settings = FullTrainingSettings(TrainingSettings())
    settings.training.epochs = 3
    settings.training.batchSize = 8
    settings.training.validationShare = 0.2
    settings.averageDecay = 0.9
    return settings
  }

  static func configuration(
    _ settings: FullTrainingSettings = settings()
  ) throws -> TrainingConfiguration {
    TrainingConfiguration(
      version: "0.1.0", network: .genome(file), settings: settings, seed: 4,
      dataset: DatasetSource(kind: .generated), classNames: ["a", "b", "c"],
      datasetFingerprint: try data().fingerprint,
      host: HostFingerprint(
        processor: "a", cores: 1, instructionSet: "avx2", operatingSystem: "b"), start: nil)
  }

  static func training(
    _ settings: FullTrainingSettings = settings()
  ) throws -> FullTraining {
    try FullTraining(
      try file.graph(),
      data: try data().fullTrainingData(
        side: 8, channels: 1, validationShare: settings.training.validationShare,
        random: RandomStream(seed: 4)),
      settings: settings, seed: 4, gate: TrainingGate())
  }

  static func create(
    _ path: String, _ training: FullTraining
  ) throws -> TrainingFolderRecorder {
    try .create(
      at: path, try configuration(training.settings), graph: training.graph,
      normalization: .init(), checkpoint: training.checkpoint)
  }

  static func resume(
    _ path: String, _ training: FullTraining
  ) throws -> TrainingFolderRecorder {
    let recorder = try TrainingFolderRecorder.resume(
      TrainingFolder.open(path), graph: training.graph, normalization: .init())
    try recorder.restore(training)
    return recorder
  }
}

/// A folder that is removed with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-training-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}
