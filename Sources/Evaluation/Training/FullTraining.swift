import Architectures
import Engine
import Kernels
import Randomness
import SearchSpaces

/// Trains a network on all training images and scores it once, at the end, on the test images.
package struct FullTraining: Sendable {
  /// What is known after an epoch.
  package struct Epoch: Sendable, Hashable {
    /// From 0.
    package var index: Int
    /// Of the whole training.
    package var epochs: Int
    /// Means over the epoch's steps, on augmented images and with label smoothing.
    package var loss: Double
    package var accuracy: Double
    package var imagesPerSecond: Double
  }

  package struct Result: Sendable {
    package var weights: NetworkWeights
    /// 0 to 1.
    package var testAccuracy: Double
    package var testLoss: Double
    package var seconds: Double
  }

  package let data: TrainingData
  /// `timeLimitSeconds` and the settings of the validation split have no effect.
  package let settings: TrainingSettings
  private let gate: TrainingGate
  private let kernels: KernelSet
  private let pool: WorkerPool

  /// - Parameters:
  ///   - data: from `DatasetPair.fullData`.
  ///   - threads: that share every step. The result does not depend on their number.
  /// - Throws: `SystemThreadError`.
  package init(
    data: TrainingData, settings: TrainingSettings, threads: Int = 1,
    gate: TrainingGate = .process, kernels: KernelSet = .current
  ) throws(SystemThreadError) {
    pool = try WorkerPool(threads: threads)
    self.data = data
    self.settings = settings
    self.gate = gate
    self.kernels = kernels
  }

  /// - Parameters:
  ///   - graph: made with `settings.normalization`, for images of the data's size.
  ///   - seed: of initial weights, order of images, augmentation and dropout.
  ///   - isCancelled: asked before every step.
  ///   - report: called after every epoch.
  package func run(
    _ graph: NetworkGraph, seed: UInt64, isCancelled: () -> Bool, report: (Epoch) -> Void
  ) throws(TrainingInterruption) -> Result {
    gate.enter()
    defer { gate.leave() }
    var boundary = StepBoundary(gate: gate, secondsAllowed: nil, now: continuousTime())
    let cross = { () throws(TrainingInterruption) in
      try boundary.cross(isLimited: false, isCancelled: isCancelled)
    }
    let trainer = Trainer(
      graph: graph, data: data, settings: settings, random: RandomStream(seed: seed),
      kernels: kernels, pool: pool)
    for epoch in 0..<settings.epochs {
      let start = boundary.seconds
      let sums = try trainer.trainEpoch(epoch, boundary: cross)
      report(
        Epoch(
          index: epoch, epochs: settings.epochs, loss: sums.meanLoss, accuracy: sums.accuracy,
          imagesPerSecond: Double(sums.images) / max(boundary.seconds - start, 1e-9)))
    }
    let weights = trainer.weights
    let scores = try score(
      graph, weights: weights, on: data.scoring, normalization: data.normalization,
      kernels: kernels, boundary: cross)
    return Result(
      weights: weights, testAccuracy: scores.accuracy, testLoss: scores.meanLoss,
      seconds: boundary.seconds)
  }
}
