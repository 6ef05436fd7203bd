import Architectures
import Engine
import Kernels
import Randomness
import SearchSpaces

/// Trains a candidate briefly and scores it on held-back images.
package struct ProxyTrainer: Sendable {
  package struct Result: Sendable {
    /// 0 to 1, on the held-back images.
    package var accuracy: Double
    package var loss: Double
    /// Mean over the last epoch, with label smoothing.
    package var trainingLoss: Double
    package var weights: NetworkWeights
    /// Of training and what prepares it, without waits for measurements.
    package var imagesPerSecond: Double
  }

  package let data: TrainingData
  package private(set) var settings: TrainingSettings
  private let gate: TrainingGate
  private let kernels: KernelSet

  package init(
    data: TrainingData, settings: TrainingSettings, gate: TrainingGate = .process,
    kernels: KernelSet = .current
  ) {
    self.data = data
    self.settings = settings
    self.gate = gate
    self.kernels = kernels
  }

  /// The same, with all the time that it needs.
  var withoutTimeLimit: ProxyTrainer {
    var trainer = self
    trainer.settings.timeLimitSeconds = nil
    return trainer
  }

  /// - Parameters:
  ///   - random: of initial weights, order of images, augmentation and dropout.
  ///   - isCancelled: asked before every step.
  package func train(
    _ graph: NetworkGraph, random: RandomStream, isCancelled: () -> Bool
  ) throws(TrainingInterruption) -> Result {
    try train(graph, random: random, now: continuousTime(), isCancelled: isCancelled)
  }

  /// - Parameter now: time since any fixed moment.
  func train(
    _ graph: NetworkGraph, random: RandomStream, now: @escaping () -> Duration,
    isCancelled: () -> Bool
  ) throws(TrainingInterruption) -> Result {
    gate.enter()
    defer { gate.leave() }
    var boundary = StepBoundary(
      gate: gate, secondsAllowed: settings.timeLimitSeconds, now: now)
    let (weights, epoch, images) = try trained(
      graph, random: random, boundary: &boundary, isCancelled: isCancelled)
    let seconds = boundary.seconds
    let scores = try score(
      graph, weights: weights, on: data.scoring, normalization: data.normalization,
      kernels: kernels
    ) { () throws(TrainingInterruption) in
      try boundary.cross(isLimited: false, isCancelled: isCancelled)
    }
    guard scores.lossSum.isFinite else { throw .diverged(epoch: max(0, settings.epochs - 1)) }
    return Result(
      accuracy: scores.accuracy, loss: scores.meanLoss, trainingLoss: epoch.meanLoss,
      weights: weights, imagesPerSecond: Double(images) / max(seconds, 1e-9))
  }

  /// Weights, sums of the last epoch, and images of all; the trainer's memory is free on return.
  private func trained(
    _ graph: NetworkGraph, random: RandomStream, boundary: inout StepBoundary,
    isCancelled: () -> Bool
  ) throws(TrainingInterruption) -> (NetworkWeights, BatchResult, Int) {
    let trainer = try TrainingInterruption.guardingMemory { () throws(MemoryShortage) in
      try Trainer(
        graph: graph, images: data.training, normalization: data.normalization,
        settings: .brief(settings), random: random, kernels: kernels)
    }
    var last = BatchResult()
    var images = 0
    for epoch in 0..<settings.epochs {
      last = try trainer.trainEpoch(epoch) { () throws(TrainingInterruption) in
        try boundary.cross(isLimited: true, isCancelled: isCancelled)
      }
      images += last.images
    }
    return (trainer.weights, last, images)
  }
}
