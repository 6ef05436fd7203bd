import Architectures
import Engine
import Randomness
import SearchSpaces

@testable import Evaluation

/// Full trainings of 24 steps that take milliseconds.
enum FullSamples {
  /// Eight steps an epoch, with everything random that is not chosen by settings: crops, dropout.
  static func settings() -> FullTrainingSettings {
    var settings = FullTrainingSettings(Samples.space().training)
    settings.training.validationShare = 0.2
    return settings
  }

  static func graph(_ settings: FullTrainingSettings) throws -> NetworkGraph {
    var genome = Samples.genome()
    genome.head.dropout = 0.2
    return try genome.graph(
      input: TensorShape(height: 8, width: 8, channels: 3), classes: 3,
      normalization: settings.training.normalization)
  }

  static func training(
    _ settings: FullTrainingSettings, seed: UInt64 = 9, threads: Int = 1,
    weights: NetworkWeights? = nil, now: (() -> Duration)? = nil
  ) throws -> FullTraining {
    try FullTraining(
      try graph(settings),
      data: try Samples.data().fullTrainingData(
        side: 8, channels: 3, validationShare: settings.training.validationShare,
        random: RandomStream(seed: seed)),
      settings: settings, seed: seed, weights: weights, threads: threads, gate: TrainingGate(),
      now: now)
  }
}

/// Keeps every checkpoint.
final class MemoryRecorder: TrainingRecorder {
  struct Full: Error, Equatable {}

  var checkpoints: [TrainingCheckpoint] = []
  var best: TrainingProgress.Epoch?
  var bestWeights: NetworkWeights?
  /// Checkpoints that it has room for.
  var room = Int.max
  /// What else happens when something is kept.
  var isKeeping = {}

  func save(_ checkpoint: TrainingCheckpoint) throws {
    guard checkpoints.count < room else { throw Full() }
    checkpoints.append(checkpoint)
    isKeeping()
  }

  func saveBest(_ weights: NetworkWeights, _ epoch: TrainingProgress.Epoch) throws {
    best = epoch
    bestWeights = weights
    isKeeping()
  }
}
