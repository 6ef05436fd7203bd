import Architectures
import Engine
import Randomness
import SearchSpaces
import Testing

@testable import Evaluation

/// A training that was interrupted and restored ends with the bits of one that was not, wherever
/// it was interrupted and whatever number of threads worked on it.
@Suite struct ResumedTrainingTests {
  /// What can be different in a training, each with a state of its own to be restored.
  struct Variant: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var settings = FullSamples.settings()

    init(_ name: String, _ change: (inout FullTrainingSettings) -> Void) {
      testDescription = name
      change(&settings)
    }
  }

  static let variants: [Variant] = [
    Variant("sgd") { _ in },
    Variant("rmsprop") {
      $0.training.optimizer = .rmsprop
      $0.training.learningRate = 0.01
    },
    Variant("adamw") {
      $0.training.optimizer = .adamw
      $0.training.learningRate = 0.01
    },
    Variant("average") { $0.averageDecay = 0.95 },
    Variant("mixup") { $0.mixing.mixup = 0.3 },
    Variant("cutmix") { $0.mixing.cutmix = 1 },
    Variant("over-parameterised") { $0.training.doConv = true },
    Variant("no validation") { $0.training.validationShare = 0 },
    everything,
  ]

  static let everything = Variant("everything") {
    $0.averageDecay = 0.95
    $0.mixing.mixup = 0.3
    $0.mixing.cutmix = 1
    $0.training.doConv = true
    $0.training.optimizer = .adamw
    $0.training.learningRate = 0.01
    $0.training.augmentation.horizontalFlip = true
    $0.training.augmentation.cutout = 2
  }

  /// What must be equal to the bit: all but times.
  struct Outcome: Equatable {
    let state: TrainerState
    let weights: NetworkWeights
    let best: Int?
    let testLoss: Double
    let testAccuracy: Double
    let epochs: [[Double?]]

    init(_ training: FullTraining, _ result: FullTraining.Result) {
      state = training.checkpoint.state
      weights = result.weights
      best = result.progress.bestEpoch
      testLoss = result.testLoss
      testAccuracy = result.testAccuracy
      epochs = result.progress.epochs.map {
        [
          $0.learningRate, $0.trainingLoss, $0.trainingAccuracy, $0.validationLoss,
          $0.validationAccuracy,
        ]
      }
    }
  }

  private func uninterrupted(
    _ settings: FullTrainingSettings, recorder: MemoryRecorder = MemoryRecorder(),
    saveInterval: Duration? = nil
  ) throws -> Outcome {
    let training = try FullSamples.training(settings)
    let result = try training.run(
      recorder: recorder, saveInterval: saveInterval, isCancelled: { false }
    ) { _ in }
    return Outcome(training, result)
  }

  /// Interrupted again and again, in steps, in validation and while the test images are scored;
  /// each process has another number of threads.
  @Test(arguments: variants) func endsWithTheSameBits(_ variant: Variant) throws {
    let expected = try uninterrupted(variant.settings)
    for questions in [5, 7, 11] {
      let recorder = MemoryRecorder()
      var processes = 0
      while true {
        let training = try FullSamples.training(variant.settings, threads: processes % 3 + 1)
        if let checkpoint = recorder.checkpoints.last {
          #expect(training.fits(checkpoint))
          training.restore(checkpoint, best: recorder.bestWeights ?? checkpoint.weights)
        }
        processes += 1
        var asked = 0
        do {
          let result = try training.run(recorder: recorder) {
            asked += 1
            return asked > questions
          } report: { _ in
          }
          #expect(Outcome(training, result) == expected, "after \(processes) processes")
          break
        } catch TrainingInterruption.cancelled {
          try #require(processes < 100)
        }
      }
      #expect(processes > 2)
    }
  }

  @Test func goesOnFromEveryCheckpoint() throws {
    let settings = Self.everything.settings
    let recorder = MemoryRecorder()
    let expected = try uninterrupted(settings, recorder: recorder, saveInterval: .zero)
    #expect(recorder.checkpoints.count == 24, "one a step")
    for (index, checkpoint) in recorder.checkpoints.enumerated() {
      let training = try FullSamples.training(settings, threads: index % 2 + 1)
      // The best weights so far are those of the checkpoint at the end of their epoch.
      let best = checkpoint.progress.bestEpoch.map { recorder.checkpoints[$0 * 8 - 1].weights }
      training.restore(checkpoint, best: best ?? checkpoint.weights)
      let result = try training.run(
        recorder: MemoryRecorder(), isCancelled: { false }
      ) { _ in }
      #expect(Outcome(training, result) == expected, "from checkpoint \(index)")
    }
  }

  @Test func afterAFullDiskTheLastCheckpointIsGood() throws {
    let settings = FullSamples.settings()
    let expected = try uninterrupted(settings)
    let recorder = MemoryRecorder()
    recorder.room = 13
    let first = try FullSamples.training(settings)
    #expect(throws: MemoryRecorder.Full()) {
      try first.run(recorder: recorder, saveInterval: .zero, isCancelled: { false }) { _ in }
    }
    recorder.room = .max
    let second = try FullSamples.training(settings)
    let checkpoint = try #require(recorder.checkpoints.last)
    second.restore(checkpoint, best: recorder.bestWeights ?? checkpoint.weights)
    let result = try second.run(recorder: recorder, isCancelled: { false }) { _ in }
    #expect(Outcome(second, result) == expected)
  }

  /// The first question is asked before anything has happened.
  @Test func aTrainingCancelledAtOnceIsAtItsStart() throws {
    let training = try FullSamples.training(FullSamples.settings())
    let start = training.checkpoint.state
    let recorder = MemoryRecorder()
    #expect(throws: TrainingInterruption.cancelled) {
      try training.run(recorder: recorder, isCancelled: { true }) { _ in }
    }
    #expect(recorder.checkpoints.map(\.state) == [start])
  }

  @Test func aCheckpointOfAnotherTrainingDoesNotFit() throws {
    var settings = FullSamples.settings()
    let recorder = MemoryRecorder()
    _ = try uninterrupted(settings, recorder: recorder)
    let last = try #require(recorder.checkpoints.last)
    settings.training.epochs = 2
    #expect(!(try FullSamples.training(settings).fits(last)), "more epochs than there are")
    settings.training.epochs = 3
    settings.training.batchSize = 8
    #expect(!(try FullSamples.training(settings).fits(last)), "other steps")
    settings.training.batchSize = 16
    settings.training.optimizer = .adamw
    #expect(!(try FullSamples.training(settings).fits(last)), "another optimizer")
    settings.training.optimizer = .sgd
    settings.averageDecay = 0.5
    #expect(!(try FullSamples.training(settings).fits(last)), "no average")
    settings.averageDecay = 0
    #expect(try FullSamples.training(settings).fits(last))
    var torn = last
    torn.progress.bestEpoch = 4
    #expect(!(try FullSamples.training(settings).fits(torn)), "an epoch that was not")
  }
}
