import Architectures
import Kernels
import Randomness
import Testing

@testable import Engine

@Suite struct TrainingOverparameterizationTests {
  private func network(_ graph: NetworkGraph, _ isOn: Bool = true) throws -> TrainingNetwork {
    let network = try TrainingNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), batchSize: 3,
      options: TrainingSamples.options(overparameterized: isOn))
    network.write(
      InferenceSamples.images(3, graph), TrainingSamples.labels(3, classes: network.classes))
    return network
  }

  @Test func itStartsAsThePlainNetwork() throws {
    let graph = try TrainingSamples.network()
    let (plain, product) = try (network(graph, false), network(graph))
    for network in [plain, product] {
      network.forward(images: 3, isTraining: true)
      _ = network.computeLoss(images: 3, withGradient: true)
      network.backward()
    }
    #expect(Array(plain.logits) == Array(product.logits))
    #expect(plain.weights == product.weights)
    let ranges = plain.weights.tensors.indices.map { plain.weights.range(of: $0) }
    for range in ranges { #expect(plain.gradient(of: range) == product.gradient(of: range)) }
    // With D = 0 the own weights' gradient is the kernel's.
    let names = graph.nodes.indices.compactMap { node in
      plain.weights.index(node: node, role: .weight)
    }.filter {
      if case .mixedDepthwise = graph.nodes[plain.weights.tensors[$0].node].operation {
        true
      } else {
        false
      }
    }
    #expect(names.count == 3)
    for tensor in names {
      let block = try #require(
        product.store.blocks.first { $0.name == plain.weights.tensors[tensor].name })
      #expect(block.decays)
      #expect(product.gradient(of: block.range) == plain.gradient(of: ranges[tensor]))
    }
  }

  /// Extra parameters are channels × taps² for each kernel above 1×1.
  @Test func theProductHasTheSizeOfThePaper() throws {
    let graph = try SampleBuilder.graph("sizes", 5, 9) { builder, x in
      x = try builder.add(
        .mixedDepthwise(
          MixedDepthwise(groups: [
            .init(kernel: 1, channels: 2), .init(kernel: 3, channels: 4),
            .init(kernel: 5, channels: 3),
          ])), named: "mixed", [x])
    }
    let network = try network(graph)
    let product = try #require(network.store.blocks.last)
    #expect(product.range.count == 4 * 81 + 3 * 625)
    #expect(!product.decays)
    #expect(network.store.blocks.count == 2)
  }

  /// Derivatives with respect to `w` and `D`, away from the start, by central differences of
  /// the same definition that all gradients are tested with.
  @Test func gradientsOfBothPartsEqualTheDefinition() throws {
    let graph = try SampleBuilder.graph("mixed", 6, 7) { builder, x in
      x = try builder.add(
        .mixedDepthwise(
          MixedDepthwise(groups: [
            .init(kernel: 1, channels: 1), .init(kernel: 3, channels: 4),
            .init(kernel: 5, channels: 2),
          ])), named: "mixed", [x])
      x = try builder.add(.batchNormalization(.init()), named: "normalization", [x])
      x = try builder.add(.activation(.swish), named: "activation", [x])
    }
    let network = try network(graph)
    let blocks = network.store.blocks.filter { $0.name.hasPrefix("mixed") }
    try #require(blocks.count == 2)
    var values = network.checkpoint
    let moved = TrainingSamples.direction(values.count, "start")
    for block in blocks {
      for place in block.range { values[place] += 0.1 * moved[place] }
    }
    network.checkpoint = values
    network.store.compose()
    network.forward(images: 3, isTraining: true)
    let objective = TrainingSamples.direction(network.logits.count, "objective")
    network.setLogitsGradient(objective)
    network.backward()

    let images = Array(network.inputBuffer)
    let scratch = try self.network(graph)
    func value(_ checkpoint: [Float]) -> Double {
      scratch.checkpoint = checkpoint
      scratch.store.compose()
      let definition = TrainingDefinition(graph: graph, weights: scratch.weights, images: 3)
      let outputs = definition(images)[graph.nodes.count - 1].joined()
      return zip(objective, outputs).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    for block in blocks {
      let direction = TrainingSamples.direction(block.range.count, block.name)
      // Composed in single precision, so the step must stand out against its rounding.
      let size: Float = 0x1p-9
      var (ahead, behind) = (values, values)
      for (place, part) in zip(block.range, direction) {
        ahead[place] += size * part
        behind[place] -= size * part
      }
      let actual = block.range.reduce(0.0) {
        $0 + Double(network.store.gradients[$1]) * Double(ahead[$1] - behind[$1])
      }
      let expected = value(ahead) - value(behind)
      #expect(abs(actual - expected) < 1e-3 * abs(expected), "\(block.name)")
    }
  }

  @Test func foldedWeightsGiveTheSameOutputs() throws {
    let graph = try TrainingSamples.network()
    let trained = try network(graph)
    var state = OptimizerState(
      .sgd(momentum: 0.9, nesterov: true), weightDecay: 1e-4, for: trained)
    for _ in 0..<3 { try trained.step(images: 3, rate: 0.1, &state) }
    let plain = try TrainingNetwork(
      graph: graph, weights: trained.weights, batchSize: 3, options: TrainingSamples.options())
    plain.write(Array(trained.inputBuffer), Array(trained.labelBuffer))
    #expect(plain.evaluate(images: 3) == trained.evaluate(images: 3))
    #expect(Array(plain.logits) == Array(trained.logits))
  }

  @Test func itTakesOtherSteps() throws {
    let graph = try TrainingSamples.network()
    let networks = try [network(graph, false), network(graph)]
    for network in networks {
      var state = OptimizerState(
        .sgd(momentum: 0, nesterov: false), weightDecay: 0, for: network)
      try network.step(images: 3, rate: 0.1, &state)
    }
    #expect(networks[0].weights != networks[1].weights)
  }
}
