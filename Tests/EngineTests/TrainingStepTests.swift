import Architectures
import Kernels
import Randomness
import Testing

@testable import Engine

@Suite struct TrainingStepTests {
  private let optimizer = Optimizer.sgd(momentum: 0.9, nesterov: true)

  private func network(
    _ graph: NetworkGraph, batchSize: Int = 6, smoothing: Double = 0.1,
    overparameterized: Bool = false
  ) throws -> TrainingNetwork {
    let network = try TrainingNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), batchSize: batchSize,
      options: TrainingSamples.options(
        smoothing: smoothing, overparameterized: overparameterized))
    let labels = TrainingSamples.labels(batchSize, classes: network.classes)
    network.write(InferenceSamples.images(batchSize, graph), labels)
    return network
  }

  @Test func twoRunsHaveTheSameBits() throws {
    let graph = try TrainingSamples.network()
    func run() throws -> (String, [Double]) {
      let network = try network(graph)
      var state = OptimizerState(optimizer, weightDecay: 1e-4, for: network)
      let losses = try (0..<4).map { step in
        try network.step(images: step == 2 ? 3 : 6, rate: 0.05, &state).lossSum
      }
      return (network.weights.digest, losses)
    }
    let (first, second) = (try run(), try run())
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
  }

  @Test(arguments: [
    Optimizer.sgd(momentum: 0.9, nesterov: true),
    .rmsprop(decay: 0.9, momentum: 0.9, epsilon: 1e-3),
    .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
  ])
  func aBatchIsLearned(_ optimizer: Optimizer) throws {
    let network = try network(try TrainingSamples.network(dropout: 0), smoothing: 0)
    var state = OptimizerState(optimizer, weightDecay: 0, for: network)
    let first = try network.step(images: 6, rate: 0.01, &state)
    var last = first
    for _ in 0..<40 { last = try network.step(images: 6, rate: 0.01, &state) }
    #expect(last.meanLoss < 0.2 * first.meanLoss)
    #expect(last.correct == 6)
    #expect(network.weights.areFinite)
  }

  @Test func aCheckpointGoesOnWithTheSameBits() throws {
    let graph = try TrainingSamples.network()
    let whole = try network(graph, overparameterized: true)
    var state = OptimizerState(optimizer, weightDecay: 1e-4, for: whole)
    for _ in 0..<2 { try whole.step(images: 6, rate: 0.05, &state) }
    let (checkpoint, stored) = (whole.checkpoint, state)
    for _ in 0..<2 { try whole.step(images: 6, rate: 0.05, &state) }

    let resumed = try network(graph, overparameterized: true)
    resumed.checkpoint = checkpoint
    var restored = stored
    for _ in 0..<2 { try resumed.step(images: 6, rate: 0.05, &restored) }
    #expect(resumed.weights.digest == whole.weights.digest)
    #expect(restored == state)
  }

  @Test func runningStatisticsFollowTheBatches() throws {
    let graph = try SampleBuilder.graph("normalization", 4, 3, width: 4) { builder, x in
      x = try builder.add(
        .batchNormalization(BatchNormalization(momentum: 0.75)), named: "normalization", [x])
    }
    let network = try network(graph, smoothing: 0)
    let before = network.weights
    network.forward(images: 6, isTraining: true)
    let after = network.weights
    let images = Array(network.inputBuffer).map(Double.init)
    let (mean, variance) = TrainingDefinition.moments([images], channels: 3)
    // Unbiased: 6 images of 16 pixels each.
    for channel in 0..<3 {
      let expectedMean =
        0.75 * Double(before.values(of: 1, .runningMean)[channel])
        + 0.25 * mean[channel]
      let expectedVariance =
        0.75 * Double(before.values(of: 1, .runningVariance)[channel])
        + 0.25 * variance[channel] * 96 / 95
      #expect(abs(Double(after.values(of: 1, .runningMean)[channel]) - expectedMean) < 1e-6)
      #expect(
        abs(Double(after.values(of: 1, .runningVariance)[channel]) - expectedVariance) < 1e-6)
    }
    #expect(after.values(of: 1, .gamma) == before.values(of: 1, .gamma))
  }

  /// A batch of one pixel has no variance, and says nothing of the images' own.
  @Test func oneRowLeavesFiniteStatistics() throws {
    let graph = try SampleBuilder.graph("one row", 1, 3, width: 1) { builder, x in
      x = try builder.add(
        .batchNormalization(BatchNormalization(momentum: 0.75)), named: "normalization", [x])
    }
    let network = try network(graph, batchSize: 1)
    let before = network.weights
    network.forward(images: 1, isTraining: true)
    network.setLogitsGradient([1, 2, 3])
    network.backward()
    let after = network.weights
    for channel in 0..<3 {
      let variance = before.values(of: 1, .runningVariance)[channel]
      #expect(after.values(of: 1, .runningVariance)[channel] == 0.75 * variance)
      // Rounding, through a scale of 1 / √ε.
      #expect(abs(network.logits[channel] - before.values(of: 1, .beta)[channel]) < 1e-5)
    }
    #expect(after.areFinite)
  }

  @Test func evaluationEqualsTheDefinitionAndChangesNothing() throws {
    for graph in try TrainingSamples.graphs() + [TrainingSamples.network()] {
      let network = try network(graph, batchSize: 2)
      let before = network.weights
      _ = network.evaluate(images: 2)
      #expect(network.weights == before)
      let definition = PlainForward(graph: graph, weights: before)
      let size = graph.input.elementCount
      let images = Array(network.inputBuffer)
      let expected = definition(Array(images[..<size])) + definition(Array(images[size...]))
      let scale = expected.reduce(0) { max($0, abs($1)) }
      let error = zip(network.logits, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      // As for inference: single precision through up to 20 layers.
      #expect(error <= 1e-5 * scale, "\(graph.name)")
    }
  }

  @Test func aPartialBatchEqualsANetworkOfItsSize() throws {
    let graph = try TrainingSamples.network(dropout: 0)
    let (large, small) = try (network(graph, batchSize: 6), network(graph, batchSize: 4))
    // The images behind must not matter.
    small.write(Array(large.inputBuffer.prefix(small.inputBuffer.count)))
    small.write([], Array(large.labelBuffer.prefix(4)))
    var states = [large, small].map { OptimizerState(optimizer, weightDecay: 1e-4, for: $0) }
    for _ in 0..<2 {
      let first = try large.step(images: 4, rate: 0.05, &states[0])
      let second = try small.step(images: 4, rate: 0.05, &states[1])
      #expect(first == second)
    }
    #expect(large.weights.digest == small.weights.digest)
  }

  @Test func dropoutDropsItsShareAndVariesByStep() throws {
    let graph = try SampleBuilder.graph("dropout", 1, 4_001) { builder, x in
      x = try builder.add(.dropout(rate: 0.3), named: "dropout", [x])
    }
    let network = try network(graph, batchSize: 3, smoothing: 0)
    network.inputBuffer.update(repeating: 2)
    func logits(step: Int, isTraining: Bool = true) -> [Float] {
      network.forward(images: 3, isTraining: isTraining, step: step)
      return Array(network.logits)
    }
    let first = logits(step: 0)
    let kept = Float(2 / 0.7)
    #expect(first.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-6 })
    let dropped = Double(first.count { $0 == 0 }) / Double(first.count)
    // Five standard deviations of 12,003 draws.
    #expect(abs(dropped - 0.3) < 5 * (0.21 / 12_003).squareRoot())
    #expect(logits(step: 1) != first)
    #expect(logits(step: 0) == first)
    #expect(logits(step: 0, isTraining: false).allSatisfy { $0 == 2 })
  }

  @Test func divergenceIsReportedBeforeWeightsChange() throws {
    let network = try network(try TrainingSamples.network())
    var state = OptimizerState(optimizer, weightDecay: 0, for: network)
    network.inputBuffer[5] = .infinity
    let before = network.weights
    #expect(throws: TrainingError.diverged(step: 0)) {
      try network.step(images: 6, rate: 0.05, &state)
    }
    let stem = try #require(before.index(named: "stem.convolution.weight"))
    #expect(network.weights[stem] == before[stem])
    #expect(state.step == 0)
  }

  @Test func everyWeightTakesPart() throws {
    let network = try network(try TrainingSamples.network(), overparameterized: true)
    var state = OptimizerState(optimizer, weightDecay: 0, for: network)
    let before = network.checkpoint
    try network.step(images: 6, rate: 0.1, &state)
    let after = network.checkpoint
    // A shift in front of a 1×1 convolution and its batch norm is taken out again.
    for block in network.store.blocks where !block.name.hasSuffix("project.normalization.beta") {
      #expect(before[block.range] != after[block.range], "\(block.name)")
    }
  }
}
