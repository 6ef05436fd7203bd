import Engine

/// What a full training has done so far.
package struct TrainingProgress: Sendable, Hashable, Codable {
  /// What is known of a finished epoch: a row of the learning curves.
  package struct Epoch: Sendable, Hashable, Codable {
    /// From 1.
    package var number: Int
    /// Since the start of the training.
    package var steps: Int
    /// Of the epoch's last step.
    package var learningRate: Double
    /// Means over the epoch's steps, on varied and mixed images and with label smoothing.
    package var trainingLoss: Double
    package var trainingAccuracy: Double
    /// Of the weights that would be deployed; nil where no image is held back.
    package var validationLoss: Double?
    package var validationAccuracy: Double?
    package var imagesPerSecond: Double
    /// With validation.
    package var seconds: Double
  }

  package var epochs: [Epoch] = []
  /// Steps of the epoch under way.
  package var step = 0
  /// Over these steps.
  package var sums = BatchResult()
  /// Of the epoch under way, over all processes.
  package var epochSeconds = 0.0
  /// The number of the epoch whose weights are kept as the best; nil before the first one ends.
  package var bestEpoch: Int?

  package init() {}

  /// Of all processes, in steps and validation.
  package var seconds: Double { epochs.reduce(epochSeconds) { $0 + $1.seconds } }

  package var best: Epoch? { bestEpoch.map { epochs[$0 - 1] } }

  /// Whether the last epoch is the best so far: the one with the highest validation accuracy, the
  /// later of equal ones; without validation, always.
  var lastIsBest: Bool {
    guard let last = epochs.last else { return false }
    guard let accuracy = last.validationAccuracy, let best = best?.validationAccuracy else {
      return true
    }
    return accuracy >= best
  }
}

/// A training in the middle: all that is needed to go on with the same bits.
package struct TrainingCheckpoint: Sendable {
  package var progress: TrainingProgress
  package var state: TrainerState
  /// What would be deployed.
  package var weights: NetworkWeights

  package init(progress: TrainingProgress, state: TrainerState, weights: NetworkWeights) {
    self.progress = progress
    self.state = state
    self.weights = weights
  }
}

/// Where a full training keeps what must not be lost.
package protocol TrainingRecorder: AnyObject {
  /// Keeps a checkpoint in place of the one before.
  func save(_ checkpoint: TrainingCheckpoint) throws
  /// Keeps the best weights so far. Called behind `save` of the checkpoint that says so.
  func saveBest(_ weights: NetworkWeights, _ epoch: TrainingProgress.Epoch) throws
}
