import Architectures
import Datasets
import Engine
import Kernels
import Randomness
import Search
import SearchSpaces
import Testing
import Threads

@testable import Evaluation

@Suite struct TrainingTests {
  private func graph(_ settings: TrainingSettings) throws -> NetworkGraph {
    try Samples.genome().graph(
      input: TensorShape(height: 8, width: 8, channels: 3), classes: 3,
      normalization: settings.normalization)
  }

  /// Folded scoring and the training network's own evaluation see the same network.
  @Test func foldedScoresAreThoseOfTheTrainingNetwork() throws {
    var settings = Samples.space().training
    settings.epochs = 1
    settings.doConv = true
    let data = try Samples.data().proxyData(
      side: 8, channels: 3, validationShare: 0.2, random: RandomStream(seed: 2))
    let graph = try graph(settings)
    let trainer = try Trainer(
      graph: graph, images: data.training, normalization: data.normalization,
      settings: .brief(settings), random: RandomStream(seed: 4), kernels: .current)
    _ = try trainer.trainEpoch(0) {}
    let folded = try score(
      graph, weights: trainer.weights, on: data.scoring, normalization: data.normalization,
      kernels: .current
    ) {}
    let pool = try WorkerPool(threads: 3)
    let shared = try score(
      graph, weights: trainer.weights, on: data.scoring, normalization: data.normalization,
      kernels: .current, pool: pool
    ) {}
    #expect(shared == folded, "the same bits")

    let network = try TrainingNetwork(
      graph: graph, weights: trainer.weights, batchSize: data.scoring.count,
      options: TrainingOptions(random: RandomStream(seed: 0)))
    let batcher = ImageBatcher(data.scoring.dataset, normalization: data.normalization)
    let input = try #require(network.inputBuffer.baseAddress)
    let labels = try #require(network.labelBuffer.baseAddress)
    batcher.write(data.scoring.indices, epoch: nil, into: input)
    batcher.writeLabels(data.scoring.indices, into: labels)
    let plain = network.evaluate(images: data.scoring.count)
    #expect(folded.correct == plain.correct)
    #expect(folded.images == plain.images)
    // Rounding of folded weights, over a handful of layers.
    #expect(abs(folded.lossSum - plain.lossSum) < 1e-5 * plain.lossSum)
  }

  /// Also where the label's own logit is finite, and with it the label's share.
  @Test(arguments: [Float.infinity, -.infinity, .nan])
  func aLogitThatIsNotFiniteShowsInTheLoss(_ value: Float) throws {
    let data = try Samples.data().proxyData(
      side: 8, channels: 3, validationShare: 0.2, random: RandomStream(seed: 2))
    let graph = try graph(Samples.space().training)
    var values = NetworkWeights(graph: graph, random: RandomStream(seed: 1)).values
    // The classifier's last bias.
    values[values.count - 1] = value
    let scores = try score(
      graph, weights: NetworkWeights(graph: graph, values: values), on: data.scoring,
      normalization: data.normalization, kernels: .current
    ) {}
    #expect(!scores.lossSum.isFinite)
  }

  @Test func waitingAtTheGateCostsNoTime() throws {
    let gate = TrainingGate()
    let time = Monitor(Duration.zero)
    gate.enter()
    var boundary = StepBoundary(
      gate: gate, secondsAllowed: 5, now: { time.read { $0 } })
    let measurement = try SystemThread {
      gate.whileClosed { time.update { $0 += .seconds(100) } }
    }
    gate.waitUntilClosed()
    time.update { $0 += .seconds(2) }
    try boundary.cross(isLimited: true) { false }
    measurement.join()
    #expect(boundary.seconds == 2)
    time.update { $0 += .seconds(3) }
    #expect(throws: TrainingInterruption.outOfTime(seconds: 5)) {
      try boundary.cross(isLimited: true) { false }
    }
    try boundary.cross(isLimited: false) { false }
    #expect(throws: TrainingInterruption.cancelled) {
      try boundary.cross(isLimited: true) { true }
    }
    gate.leave()
  }

  /// A trainer that is inside keeps the measurement waiting until it stands at a step boundary.
  @Test func aLatencyMeterWaitsForTrainersAndGivesCoresBack() throws {
    let gate = TrainingGate()
    let cores = CoreAffinity.allowedCores()
    let meter = try LatencyMeter(settings: Samples.space().latency, gate: gate)
    let graph = try graph(TrainingSettings())
    let measured = Monitor<(samples: Int?, cores: [Int]?)?>(nil)
    gate.enter()
    let measuring = try SystemThread {
      let measurement = try? meter.measure(graph)
      let coresBehind = CoreAffinity.allowedCores()
      measured.update { $0 = (measurement?.samples, coresBehind) }
    }
    gate.waitUntilClosed()
    #expect(measured.read { $0 == nil })
    gate.pass()
    gate.leave()
    measuring.join()
    #expect(measured.read { $0?.samples } == 6)
    #expect(measured.read { $0?.cores } == cores)
  }
}
