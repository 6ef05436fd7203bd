import Architectures
import Kernels
import Randomness
import Testing

@testable import Engine

@Suite struct InferenceTests {
  /// Sums of a few hundred products in single precision, over up to 20 layers, and folded
  /// weights that are rounded once: relative to the largest output.
  static let tolerance = 1e-5

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func everyOperationEqualsItsDefinition(_ instructionSet: InstructionSet) throws {
    let kernels = try #require(KernelSet.named(instructionSet))
    for graph in try InferenceSamples.operations() {
      try expectDefinition(graph, kernels)
    }
  }

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func randomGenomesEqualTheirDefinition(_ instructionSet: InstructionSet) throws {
    let kernels = try #require(KernelSet.named(instructionSet))
    for index in 0..<3 {
      try expectDefinition(try InferenceSamples.network(index), kernels)
    }
  }

  private func expectDefinition(_ graph: NetworkGraph, _ kernels: KernelSet) throws {
    let weights = InferenceSamples.weights(graph)
    let images = InferenceSamples.images(2, graph)
    let network = try InferenceNetwork(
      graph: graph, weights: weights, kernels: kernels, batchSize: 2)
    _ = network.inputBuffer.update(fromContentsOf: images)
    network.run()
    let size = graph.input.elementCount
    let definition = PlainForward(graph: graph, weights: weights)
    let expected = definition(Array(images[..<size])) + definition(Array(images[size...]))
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let error = zip(network.logits, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    #expect(error <= Self.tolerance * scale, "\(graph.name) on \(kernels.instructionSet)")
  }

  @Test func aFoldedNetworkEqualsTheTrainingNetwork() throws {
    for index in 0..<4 {
      let graph = try InferenceSamples.network(index)
      let weights = InferenceSamples.weights(graph)
      let images = InferenceSamples.images(5, graph)
      let training = try TrainingNetwork(
        graph: graph, weights: weights, batchSize: 5,
        options: TrainingOptions(random: RandomStream(seed: 1)))
      _ = training.inputBuffer.update(fromContentsOf: images)
      training.forward(images: 5, isTraining: false)
      let network = try InferenceNetwork(graph: graph, weights: weights, batchSize: 5)
      _ = network.inputBuffer.update(fromContentsOf: images)
      network.run()
      let scale = training.logits.reduce(0) { max($0, abs($1)) }
      let error = zip(network.logits, training.logits).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error <= Float(Self.tolerance) * scale, "\(graph.name)")
    }
  }

  @Test func threadsChangeNoBit() throws {
    let pools = try [2, 3].map { try WorkerPool(threads: $0) }
    let graphs =
      try InferenceSamples.operations() + (0..<3).map { try InferenceSamples.network($0) }
    for graph in graphs {
      let alone = try logits(graph, pool: nil, images: 1)
      #expect(alone.allSatisfy { Float(bitPattern: $0).isFinite })
      for pool in pools {
        #expect(try logits(graph, pool: pool, images: 1) == alone, "\(graph.name)")
        #expect(try logits(graph, pool: pool, images: 3) == logits(graph, pool: nil, images: 3))
      }
    }
  }

  private func logits(_ graph: NetworkGraph, pool: WorkerPool?, images: Int) throws -> [UInt32] {
    let network = try InferenceNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), pool: pool, batchSize: 3)
    _ = network.inputBuffer.update(fromContentsOf: InferenceSamples.images(3, graph))
    network.run(images: images)
    return network.logits.prefix(images * graph.output.elementCount).map(\.bitPattern)
  }

  @Test func runsRepeatAndLeaveTheInputAlone() throws {
    let graph = try InferenceSamples.network(1)
    let network = try InferenceNetwork(graph: graph, weights: InferenceSamples.weights(graph))
    let image = InferenceSamples.images(1, graph)
    _ = network.inputBuffer.update(fromContentsOf: image)
    network.run()
    let first = Array(network.logits)
    network.run()
    #expect(Array(network.logits) == first)
    #expect(Array(network.inputBuffer) == image)
  }

  @Test func stepTimesAreTheShortestOfEachStep() throws {
    let graph = try InferenceSamples.network(0)
    let network = try InferenceNetwork(graph: graph, weights: InferenceSamples.weights(graph))
    var readings = 0
    // Each step takes one reading to the next, and in the first run two.
    let times = network.stepTimes(runs: 2) {
      defer { readings += 1 }
      return .seconds(readings < 2 * network.stepNames.count ? 2 * readings : readings)
    }
    #expect(times == network.stepNames.map { _ in .seconds(1) })
    #expect(network.stepNames.first == "stem.convolution")
    #expect(network.stepNames.last == "classifier.dense")
  }

  @Test func imagesOfABatchDoNotTouchEachOther() throws {
    let graph = try InferenceSamples.network(2)
    let weights = InferenceSamples.weights(graph)
    let images = InferenceSamples.images(3, graph)
    let size = graph.input.elementCount
    let network = try InferenceNetwork(graph: graph, weights: weights, batchSize: 3)
    _ = network.inputBuffer.update(fromContentsOf: images)
    network.run()
    let together = Array(network.logits)
    let single = try InferenceNetwork(graph: graph, weights: weights)
    for image in 0..<3 {
      _ = single.inputBuffer.update(
        fromContentsOf: images[image * size..<(image + 1) * size])
      single.run()
      #expect(Array(single.logits) == Array(together[image * 10..<(image + 1) * 10]))
    }
  }
}

@Suite struct FusionTests {
  @Test func aBlockTakesOneStepALayer() throws {
    let genome = Genome(
      stem: .init(channels: 16, stride: 1),
      blocks: [
        Block(
          kernels: [3, 5], expansion: 3, outputChannels: 16, squeezeExcitationRatio: 0.5)
      ],
      head: .init(channels: 32, dropout: 0.5))
    let graph = try genome.graph(
      input: TensorShape(height: 8, width: 8, channels: 3), classes: 4)
    let steps = FusionPlan(graph).steps
    // Stem, expand, depthwise, squeeze pool, reduce, expand, project with the gate and the sum,
    // head, pool, dense.
    #expect(steps.count == 10)
    let project = try #require(steps.first { $0.hasResidual })
    #expect(graph.nodes[project.node].name == "blocks.0.project.convolution")
    #expect(graph.nodes[project.output].name == "blocks.0.add")
    #expect(project.inputs.count == 2)
    #expect(graph.nodes[project.inputs[1]].name == "stem.activation")
    let gate = try #require(project.gate)
    #expect(graph.nodes[gate].name == "blocks.0.squeeze-excitation.gate")
  }

  @Test func aSumTakesInOneOfTwoLayers() throws {
    let graph = try #require(
      InferenceSamples.operations().first { $0.name == "sum of two layers" })
    let steps = FusionPlan(graph).steps
    // Two convolutions, of which the first to come adds the other, then x + x with activation.
    #expect(steps.count == 3)
    #expect(steps.filter(\.hasResidual).count == 1)
    #expect(steps[2].activation == .hardSigmoid)
  }

  @Test func whatOthersReadIsNotAbsorbed() throws {
    let graph = try #require(
      InferenceSamples.operations().first { $0.name == "normalized twice, read in between" })
    let steps = FusionPlan(graph).steps
    #expect(steps.count == 4)
    #expect(steps.allSatisfy { $0.normalization == nil })
  }
}
