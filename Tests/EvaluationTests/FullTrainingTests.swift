import Architectures
import Datasets
import Engine
import Kernels
import Randomness
import SearchSpaces
import Testing

@testable import Evaluation

@Suite struct FullTrainingTests {
  @Test func reportsEveryStepAndEpochAndScoresOnTheTestImages() throws {
    var settings = FullSamples.settings()
    settings.training.epochs = 4
    let recorder = MemoryRecorder()
    let training = try FullSamples.training(settings)
    #expect(training.data.training.count == 120)
    #expect(training.data.validation?.count == 30)
    var finished: [TrainingProgress.Epoch] = []
    var steps: [Int] = []
    let result = try training.run(recorder: recorder, isCancelled: { false }) { status in
      if let epoch = status.finished { finished.append(epoch) } else { steps.append(status.step) }
      #expect(status.epochs == 4 && status.stepsPerEpoch == 8 && status.secondsLeft >= 0)
      #expect(
        status.isBest == (status.finished.map { $0.number == recorder.best?.number } ?? false))
    }
    #expect(steps == (0..<4).flatMap { _ in Array(1...8) })
    #expect(finished.map(\.number) == [1, 2, 3, 4])
    #expect(finished.map(\.steps) == [8, 16, 24, 32])
    #expect(finished == result.progress.epochs)
    #expect(finished[3].trainingLoss < finished[0].trainingLoss)
    #expect(finished[3].learningRate < finished[0].learningRate)
    #expect(finished.allSatisfy { $0.imagesPerSecond > 0 && $0.validationAccuracy != nil })
    #expect(result.testAccuracy > 0.8)
    #expect(recorder.checkpoints.count == 4, "one an epoch")

    let other = try FullSamples.training(settings, seed: 10)
    let otherResult = try other.run(recorder: MemoryRecorder(), isCancelled: { false }) { _ in }
    #expect(otherResult.weights != result.weights)
  }

  /// Steps take a second here, and every file that is kept takes a hundred.
  @Test func keepingWeightsIsNoTimeOfTheTraining() throws {
    var time = Duration.zero
    let recorder = MemoryRecorder()
    recorder.isKeeping = { time += .seconds(100) }
    let training = try FullSamples.training(FullSamples.settings(), now: { time })
    let result = try training.run(
      recorder: recorder, saveInterval: .zero, isCancelled: { false }
    ) { status in
      if status.finished == nil { time += .seconds(1) }
    }
    #expect(recorder.checkpoints.count == 3 * 8)
    #expect(result.progress.epochs.map(\.seconds) == [8, 8, 8])
    #expect(result.progress.epochs.map(\.imagesPerSecond) == [15, 15, 15])
  }

  @Test func theBestEpochIsTheLastOfTheMostAccurate() throws {
    var settings = FullSamples.settings()
    settings.training.epochs = 6
    let recorder = MemoryRecorder()
    let training = try FullSamples.training(settings)
    let result = try training.run(recorder: recorder, isCancelled: { false }) { _ in }
    let accuracies = result.progress.epochs.compactMap(\.validationAccuracy)
    let highest = try #require(accuracies.max())
    let best = try #require(accuracies.lastIndex(of: highest))
    #expect(result.progress.bestEpoch == best + 1)
    #expect(recorder.best?.number == best + 1)
    #expect(recorder.bestWeights == result.weights)
    #expect(result.weights == recorder.checkpoints[best].weights)
  }

  @Test func withoutValidationTheLastEpochIsTheBest() throws {
    var settings = FullSamples.settings()
    settings.training.validationShare = 0
    let recorder = MemoryRecorder()
    let training = try FullSamples.training(settings)
    #expect(training.data.validation == nil)
    #expect(training.data.training.count == 150)
    let result = try training.run(recorder: recorder, isCancelled: { false }) { _ in }
    #expect(result.progress.bestEpoch == 3)
    #expect(result.progress.epochs.allSatisfy { $0.validationAccuracy == nil })
    #expect(result.weights == training.checkpoint.weights)
  }

  /// The average is what is validated, scored and kept.
  @Test func averagedWeightsAreTheOnesToDeploy() throws {
    var settings = FullSamples.settings()
    settings.averageDecay = 0.9
    settings.training.validationShare = 0
    let training = try FullSamples.training(settings)
    let result = try training.run(recorder: MemoryRecorder(), isCancelled: { false }) { _ in }
    let state = training.checkpoint.state
    #expect(result.weights.values == state.average)
    #expect(result.weights.values != state.parameters)
    let scores = try score(
      training.graph, weights: result.weights, on: training.data.test,
      normalization: training.data.normalization, kernels: .current
    ) {}
    #expect(scores.accuracy == result.testAccuracy)
    #expect(scores.meanLoss == result.testLoss)
  }

  @Test func trainingGoesOnFromGivenWeights() throws {
    var settings = FullSamples.settings()
    let first = try FullSamples.training(settings)
    let result = try first.run(recorder: MemoryRecorder(), isCancelled: { false }) { _ in }
    settings.training.learningRate = 1e-12
    settings.training.weightDecay = 0
    let second = try FullSamples.training(settings, weights: result.weights)
    #expect(second.checkpoint.weights == result.weights)
    let again = try second.run(recorder: MemoryRecorder(), isCancelled: { false }) { _ in }
    let early = try #require(again.progress.epochs.first?.trainingLoss)
    let late = try #require(result.progress.epochs.first?.trainingLoss)
    #expect(early < late, "it does not begin from fresh weights")
  }

  /// The last checkpoint that was saved is finite, within an epoch too.
  @Test(arguments: [nil, Duration.zero]) func aDivergedTrainingThrows(
    _ saveInterval: Duration?
  ) throws {
    var settings = FullSamples.settings()
    settings.training.learningRate = 1e20
    let recorder = MemoryRecorder()
    let training = try FullSamples.training(settings)
    #expect(throws: TrainingInterruption.diverged(epoch: 0)) {
      try training.run(
        recorder: recorder, saveInterval: saveInterval, isCancelled: { false }
      ) { _ in }
    }
    #expect(recorder.checkpoints.allSatisfy { $0.state.parameters.allSatisfy(\.isFinite) })
    #expect(recorder.best == nil)
  }

  @Test func transferredWeightsKeepAllButTheClassifier() throws {
    let graph = try FullSamples.graph(FullSamples.settings())
    let weights = NetworkWeights(graph: graph, random: RandomStream(seed: 1))
    let other = try Samples.genome().graph(
      input: TensorShape(height: 12, width: 12, channels: 3), classes: 7)
    let fresh = NetworkWeights(graph: other, random: RandomStream(seed: 2))
    let result = try #require(weights.transferred(from: graph, to: other, fresh: fresh))
    for tensor in result.tensors {
      let isClassifier = tensor.name.hasPrefix("classifier") || tensor.name.hasPrefix("head.dense")
      let own = weights[named: tensor.name].map { Array($0) }
      let taken = result[named: tensor.name].map { Array($0) }
      if own?.count == tensor.count {
        #expect(taken == own, "\(tensor.name)")
      } else {
        #expect(taken == fresh[named: tensor.name].map { Array($0) }, "\(tensor.name)")
        #expect(isClassifier, "\(tensor.name)")
      }
    }
    let wider = try Samples.genome(stemChannels: 16).graph(
      input: TensorShape(height: 8, width: 8, channels: 3), classes: 3)
    let otherFresh = NetworkWeights(graph: wider, random: RandomStream(seed: 2))
    #expect(weights.transferred(from: graph, to: wider, fresh: otherFresh) == nil)
  }
}
