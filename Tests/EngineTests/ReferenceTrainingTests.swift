import Architectures
import Datasets
import Randomness
import Testing

@testable import Engine

/// Every published network trains, and infers what its training network evaluates.
@Suite struct ReferenceTrainingTests {
  private static let side = 32
  private static let batch = 16
  private static let steps = 6

  /// The largest difference between logits, relative to the largest logit. Sums of up to some
  /// thousand products in single precision over up to 80 layers, and folded weights that are
  /// rounded once: 1.2e-5 was seen.
  private static let tolerance: Float = 3e-5

  @Test(arguments: ReferenceNetwork.all)
  func learnsABatchOfBuiltInImages(_ reference: ReferenceNetwork) throws {
    let data = try DatasetSource(
      kind: .generated,
      generated: GeneratedSettings(trainingImages: Self.batch, testImages: Self.batch)
    ).load()
    // Statistics that follow a handful of steps; the published ones would take thousands.
    var normalization = reference.normalization
    normalization.momentum = 0.5
    let graph = try reference.graph(
      input: TensorShape(height: Self.side, width: Self.side, channels: 3),
      classes: data.training.classCount, normalization: normalization)
    let network = try TrainingNetwork(
      graph: graph, weights: ReferenceSamples.weights(graph, isFresh: true),
      batchSize: Self.batch, options: TrainingSamples.options())
    let batcher = ImageBatcher(
      data.training, normalization: Normalization(of: ImageSubset(data.training)))
    batcher.write(0..<Self.batch, epoch: nil, into: network.input)
    batcher.writeLabels(0..<Self.batch, into: network.labels)

    var optimizer = OptimizerState(
      .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), weightDecay: 0, for: network)
    let losses = try (0..<Self.steps).map { _ in
      try network.step(images: Self.batch, rate: 1e-3, &optimizer).meanLoss
    }
    #expect(losses[Self.steps - 1] < 0.8 * losses[0], "\(losses)")

    try expectInferenceEqualsEvaluation(network)
  }

  private func expectInferenceEqualsEvaluation(_ network: TrainingNetwork) throws {
    _ = network.evaluate(images: Self.batch)
    let inference = try InferenceNetwork(
      graph: network.graph, weights: network.weights, batchSize: Self.batch)
    _ = inference.inputBuffer.update(fromContentsOf: Array(network.inputBuffer))
    inference.run()
    let scale = network.logits.reduce(0) { max($0, abs($1)) }
    let error = zip(inference.logits, network.logits).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(error <= Self.tolerance * scale, "\(error / scale)")
  }
}
