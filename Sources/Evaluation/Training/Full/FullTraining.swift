import Architectures
import Engine
import Kernels
import Randomness

/// Trains a network on all training images, chooses the best weights by held-back images where
/// there are some, and scores them once, at the end, on the test images.
///
///     let training = try FullTraining(graph, data: data, settings: settings, seed: 1)
///     let result = try training.run(recorder: folder, isCancelled: { false }, report: show)
///
/// However often it is interrupted and restored, and by whatever number of threads, it ends with
/// the same weights.
package final class FullTraining {
  package struct Result: Sendable {
    package var progress: TrainingProgress
    /// The best ones.
    package var weights: NetworkWeights
    /// 0 to 1.
    package var testAccuracy: Double
    package var testLoss: Double
  }

  package let graph: NetworkGraph
  package let data: FullTrainingData
  package let settings: FullTrainingSettings
  private let trainer: Trainer
  private let gate: TrainingGate
  private let kernels: KernelSet
  private let pool: WorkerPool
  private let now: () -> Duration
  private var progress = TrainingProgress()
  private var bestWeights: NetworkWeights

  /// - Parameters:
  ///   - graph: made with `settings.training.normalization`, for images of the data's size.
  ///   - seed: of initial weights, order of images, augmentation, mixing and dropout.
  ///   - weights: where training starts; nil for fresh ones.
  ///   - threads: that share every step. The result does not depend on their number.
  ///   - now: time since any fixed moment; nil for the system's clock.
  /// - Throws: `SystemThreadError`, `MemoryShortage`.
  package init(
    _ graph: NetworkGraph, data: FullTrainingData, settings: FullTrainingSettings, seed: UInt64,
    weights: NetworkWeights? = nil, threads: Int = 1, gate: TrainingGate = .process,
    kernels: KernelSet = .current, now: (() -> Duration)? = nil
  ) throws {
    pool = try WorkerPool(threads: threads)
    self.graph = graph
    self.data = data
    self.settings = settings
    self.gate = gate
    self.kernels = kernels
    self.now = now ?? continuousTime()
    trainer = try Trainer(
      graph: graph, images: data.training, normalization: data.normalization,
      settings: settings, weights: weights, random: RandomStream(seed: seed), kernels: kernels,
      pool: pool)
    bestWeights = trainer.weights
  }

  /// The training as it is now.
  package var checkpoint: TrainingCheckpoint {
    TrainingCheckpoint(progress: progress, state: trainer.state, weights: trainer.weights)
  }

  /// Whether a checkpoint is one of a training like this one.
  package func fits(_ checkpoint: TrainingCheckpoint) -> Bool {
    let progress = checkpoint.progress
    let epochs = progress.epochs.count
    return checkpoint.state.fits(trainer.state) && epochs <= settings.training.epochs
      && (0...trainer.stepsPerEpoch).contains(progress.step)
      && checkpoint.state.step == epochs * trainer.stepsPerEpoch + progress.step
      && (progress.bestEpoch.map { $0 >= 1 && $0 <= epochs } ?? progress.epochs.isEmpty)
  }

  /// Goes back, or on, to a checkpoint.
  ///
  /// - Parameter best: the weights of its best epoch; what it holds itself before the first.
  /// - Precondition: it fits.
  package func restore(_ checkpoint: TrainingCheckpoint, best: NetworkWeights) {
    precondition(fits(checkpoint), "the checkpoint is another training's")
    trainer.state = checkpoint.state
    progress = checkpoint.progress
    bestWeights = best
  }

  /// Trains from where it is to the end.
  ///
  /// - Parameters:
  ///   - saveInterval: time between checkpoints within an epoch; nil for none.
  ///   - isCancelled: asked before every step. A checkpoint is saved then.
  ///   - report: called after every step and every epoch.
  /// - Throws: `TrainingInterruption`, or what the recorder throws; the last checkpoint that was
  ///   saved is then the one to go on from.
  package func run(
    recorder: some TrainingRecorder, saveInterval: Duration? = nil, isCancelled: () -> Bool,
    report: (TrainingStatus) -> Void
  ) throws -> Result {
    gate.enter()
    defer { gate.leave() }
    var course = Course(
      boundary: StepBoundary(gate: gate, secondsAllowed: nil, now: now),
      stepsBefore: trainer.steps, lastSave: now())
    while progress.epochs.count < settings.training.epochs {
      do {
        try finishSteps(
          &course, recorder, saveInterval: saveInterval, isCancelled: isCancelled, report)
        try finishEpoch(&course, recorder, isCancelled: isCancelled, report)
      } catch TrainingInterruption.cancelled {
        try save(&course, recorder)
        throw TrainingInterruption.cancelled
      }
    }
    let scores = try score(
      graph, weights: bestWeights, on: data.test, normalization: data.normalization,
      kernels: kernels, pool: pool
    ) { () throws(TrainingInterruption) in
      try course.boundary.cross(isLimited: false, isCancelled: isCancelled)
    }
    return Result(
      progress: progress, weights: bestWeights, testAccuracy: scores.accuracy,
      testLoss: scores.meanLoss)
  }

  /// The steps that the epoch under way still has.
  private func finishSteps(
    _ course: inout Course, _ recorder: some TrainingRecorder, saveInterval: Duration?,
    isCancelled: () -> Bool, _ report: (TrainingStatus) -> Void
  ) throws {
    let epoch = progress.epochs.count
    let order = trainer.order(epoch: epoch)
    while progress.step < trainer.stepsPerEpoch {
      try course.boundary.cross(isLimited: false, isCancelled: isCancelled)
      progress.sums += try trainer.step(progress.step, epoch: epoch, order: order)
      progress.step += 1
      report(status(course))
      if let saveInterval, now() - course.lastSave >= saveInterval,
        progress.step < trainer.stepsPerEpoch
      {
        try save(&course, recorder)
      }
    }
    guard trainer.areFinite else { throw TrainingInterruption.diverged(epoch: epoch) }
  }

  /// Validation and the epoch's row. The checkpoint is on the disk before the best weights are:
  /// should the process end between the two, it holds them as well.
  private func finishEpoch(
    _ course: inout Course, _ recorder: some TrainingRecorder, isCancelled: () -> Bool,
    _ report: (TrainingStatus) -> Void
  ) throws {
    progress.epochSeconds += course.lap()
    let trainingSeconds = progress.epochSeconds
    let weights = trainer.weights
    var scores: BatchResult?
    if let validation = data.validation {
      scores = try score(
        graph, weights: weights, on: validation, normalization: data.normalization,
        kernels: kernels, pool: pool
      ) { () throws(TrainingInterruption) in
        try course.boundary.cross(isLimited: false, isCancelled: isCancelled)
      }
    }
    progress.epochSeconds += course.lap()
    let sums = progress.sums
    let epoch = TrainingProgress.Epoch(
      number: progress.epochs.count + 1, steps: trainer.steps,
      learningRate: trainer.learningRate, trainingLoss: sums.meanLoss,
      trainingAccuracy: sums.accuracy, validationLoss: scores?.meanLoss,
      validationAccuracy: scores?.accuracy,
      imagesPerSecond: Double(sums.images) / max(trainingSeconds, 1e-9),
      seconds: progress.epochSeconds)
    progress.epochs.append(epoch)
    let isBest = progress.lastIsBest
    if isBest { progress.bestEpoch = epoch.number }
    progress.step = 0
    progress.sums = BatchResult()
    progress.epochSeconds = 0
    try save(&course, recorder)
    if isBest {
      bestWeights = weights
      try recorder.saveBest(weights, epoch)
      course.skipLap()
    }
    report(status(course, finished: epoch))
  }

  /// Weights that are not finite take no checkpoint's place.
  private func save(_ course: inout Course, _ recorder: some TrainingRecorder) throws {
    guard trainer.areFinite else {
      throw TrainingInterruption.diverged(epoch: progress.epochs.count)
    }
    let seconds = course.lap()
    // A validation that was interrupted is done again.
    if progress.step < trainer.stepsPerEpoch { progress.epochSeconds += seconds }
    try recorder.save(checkpoint)
    course.skipLap()
    course.lastSave = now()
  }

  private func status(
    _ course: Course, finished: TrainingProgress.Epoch? = nil
  ) -> TrainingStatus {
    let total = settings.training.epochs * trainer.stepsPerEpoch
    let done = progress.epochs.count * trainer.stepsPerEpoch + progress.step
    let seconds = course.boundary.seconds
    return TrainingStatus(
      epoch: finished?.number ?? progress.epochs.count + 1, epochs: settings.training.epochs,
      step: progress.step, stepsPerEpoch: trainer.stepsPerEpoch, sums: progress.sums,
      secondsLeft: seconds / Double(max(1, done - course.stepsBefore)) * Double(total - done),
      finished: finished, isBest: finished != nil && finished?.number == progress.bestEpoch)
  }

  /// What one process knows of its own work.
  private struct Course {
    var boundary: StepBoundary
    let stepsBefore: Int
    var lastSave: Duration
    private var lastLap = 0.0

    init(boundary: StepBoundary, stepsBefore: Int, lastSave: Duration) {
      self.boundary = boundary
      self.stepsBefore = stepsBefore
      self.lastSave = lastSave
    }

    /// Seconds since the lap before, without those at the gate.
    mutating func lap() -> Double {
      let seconds = boundary.seconds
      defer { lastLap = seconds }
      return seconds - lastLap
    }

    /// What was done since the lap before was no work of the training.
    mutating func skipLap() { lastLap = boundary.seconds }
  }
}

/// How far a full training is, at one moment.
package struct TrainingStatus: Sendable {
  /// The epoch under way, or the one that has just ended, from 1.
  package var epoch: Int
  package var epochs: Int
  /// Of the epoch under way.
  package var step: Int
  package var stepsPerEpoch: Int
  package var sums: BatchResult
  /// By the pace of this process so far.
  package var secondsLeft: Double
  /// The epoch that has just ended, if one has.
  package var finished: TrainingProgress.Epoch?
  package var isBest: Bool
}
