import Architectures
import Datasets
import Engine
import Search
import SearchSpaces
import Testing
import Threads

@testable import Evaluation

@Suite struct CandidateEvaluatorTests {
  private func evaluator(
    _ space: SearchSpace = Samples.space(), data: DatasetPair? = nil
  ) throws -> CandidateEvaluator {
    try CandidateEvaluator(
      space: space, data: try data ?? Samples.data(), seed: 3, gate: TrainingGate())
  }

  private func task(_ ordinal: Int = 0, genome: Genome = Samples.genome()) -> EvaluationTask {
    EvaluationTask(ordinal: ordinal, genome: genome, seed: 100 + UInt64(ordinal))
  }

  @Test func aCandidateLearnsAndCostsWhatItsDeploymentNetworkCosts() throws {
    let evaluation = try #require(try evaluator().evaluate(task(4)) { false })
    #expect(evaluation.ordinal == 4)
    guard case .completed(let scores) = evaluation.outcome else {
      Issue.record("failed: \(evaluation.outcome)")
      return
    }
    // Chance is a third.
    #expect(scores.validationAccuracy > 0.6)
    #expect(scores.validationLoss.isFinite && scores.trainingLoss.isFinite)
    #expect(scores.latency == nil)
    let deployment = try Samples.genome().graph(
      input: TensorShape(height: 16, width: 16, channels: 3), classes: 3)
    #expect(scores.multiplyAdds == deployment.multiplyAdds)
    #expect(scores.parameters == deployment.parameterCount)
    #expect(evaluation.timing.imagesPerSecond > 0)
  }

  @Test func latencyIsMeasuredWhereItIsTheCost() throws {
    var space = Samples.space(cost: .latency)
    space.latency.threads = 2
    let evaluation = try #require(try evaluator(space).evaluate(task()) { false })
    guard case .completed(let scores) = evaluation.outcome else {
      Issue.record("failed: \(evaluation.outcome)")
      return
    }
    let latency = try #require(scores.latency)
    #expect(latency.samples == 6)
    #expect(latency.threads == 2)
    #expect(latency.lowMilliseconds > 0)
    #expect(latency.lowMilliseconds <= latency.medianMilliseconds)
    #expect(latency.medianMilliseconds <= latency.highMilliseconds)
  }

  @Test(arguments: OptimizerChoice.allCases, [false, true])
  func theSameTaskGivesTheSameEvaluation(_ optimizer: OptimizerChoice, _ doConv: Bool) throws {
    var space = Samples.space()
    space.training.epochs = 1
    space.training.optimizer = optimizer
    space.training.learningRate = optimizer == .sgd ? 0.1 : 0.003
    space.training.doConv = doConv
    space.training.augmentation.horizontalFlip = true
    space.training.augmentation.cutout = 2
    let first = try #require(try evaluator(space).evaluate(task()) { false })
    let second = try #require(try evaluator(space).evaluate(task()) { false })
    #expect(first.outcome == second.outcome)
    let other = try #require(try evaluator(space).evaluate(task(1)) { false })
    #expect(first.outcome != other.outcome)
  }

  @Test func theNumberOfWorkersChangesNothing() throws {
    var space = Samples.space(cost: .latency)
    space.training.epochs = 1
    let evaluator = try evaluator(space)
    let alone = try (0..<4).map { withoutTimes(try evaluator.evaluate(task($0)) { false }) }
    let together = Monitor([Evaluation?](repeating: nil, count: 4))
    let workers = try (0..<4).map { ordinal in
      let task = task(ordinal)
      return try SystemThread {
        let evaluation = try? evaluator.evaluate(task) { false }
        together.update { $0[ordinal] = evaluation }
      }
    }
    for worker in workers { worker.join() }
    #expect(together.read { $0 }.map(withoutTimes) == alone)
    #expect(!alone.contains(nil))
  }

  private func withoutTimes(_ evaluation: Evaluation?) -> Evaluation? {
    guard var evaluation else { return nil }
    evaluation.timing = .init(seconds: 0, imagesPerSecond: 0)
    if case .completed(var scores) = evaluation.outcome {
      scores.latency = nil
      evaluation.outcome = .completed(scores)
    }
    return evaluation
  }

  @Test func divergenceIsRecorded() throws {
    var space = Samples.space()
    space.training.learningRate = 1e30
    space.training.warmupEpochs = 0
    let evaluation = try #require(try evaluator(space).evaluate(task()) { false })
    #expect(evaluation.outcome == .failed(.diverged(epoch: 0)))
  }

  @Test func anAllowanceOfNothingIsOutOfTime() throws {
    var space = Samples.space()
    space.training.timeLimitSeconds = 0
    let evaluation = try #require(try evaluator(space).evaluate(task()) { false })
    guard case .failed(.outOfTime(let seconds)) = evaluation.outcome else {
      Issue.record("not out of time: \(evaluation.outcome)")
      return
    }
    #expect(seconds >= 0)
    // Who wants a candidate's weights has the time.
    let again = try evaluator(space).retrain(task(), isCancelled: { false }, progress: { _ in })
    #expect(again.validationAccuracy > 0)
  }

  @Test func aCancelledTaskHasNoEvaluation() throws {
    #expect(try evaluator().evaluate(task()) { true } == nil)
    let questions = Monitor(0)
    let evaluation = try evaluator().evaluate(task()) {
      questions.update {
        $0 += 1
        return $0 > 5
      }
    }
    #expect(evaluation == nil)
    #expect(questions.read { $0 } == 6)
  }

  @Test func whatCannotBeBuiltIsRecorded() throws {
    var genome = Samples.genome()
    genome.blocks[0].kernels = [4]
    let evaluation = try #require(try evaluator().evaluate(task(genome: genome)) { false })
    guard case .failed(.notBuildable(let reason)) = evaluation.outcome else {
      Issue.record("built: \(evaluation.outcome)")
      return
    }
    #expect(reason.contains("kernel 4"))
  }

  @Test func imagesOfOtherChannelsAreRefused() throws {
    let gray = try Samples.data(channels: 1)
    #expect(throws: TrainingDataError.channelsDiffer(network: 3, images: 1)) {
      try evaluator(data: gray)
    }
    let text = "\(TrainingDataError.channelsDiffer(network: 3, images: 1))"
    #expect(text.contains("1 channel (gray)") && text.contains("input.channels"))
  }

  @Test func aSplitWithoutImagesIsRefused() throws {
    var space = Samples.space()
    space.training.validationShare = 0
    #expect(throws: TrainingDataError.tooFewImages(training: 150, validation: 0)) {
      try evaluator(space)
    }
  }
}
