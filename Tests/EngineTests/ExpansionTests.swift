import Architectures
import Kernels
import Testing

@testable import Engine

/// An expansion's batch norm gets its moments without its input: they must be as good as if it
/// had them.
@Suite struct ExpansionTests {
  /// Distances of a channel from its mean are 1 or so.
  private static func images(_ count: Int, _ graph: NetworkGraph, mean: Float) -> [Float] {
    InferenceSamples.images(count, graph).enumerated().map { index, value in
      value + mean * Float(1 + index % graph.input.channels)
    }
  }

  private func graph(
    _ name: String, inputs: Int, expanded: Int, groups: Int = 1, side: Int = 6
  ) throws -> NetworkGraph {
    try TrainingSamples.graph(name, side, inputs) { builder, x in
      x = try builder.normalized(
        .convolution(Convolution(outputChannels: expanded, kernel: Extent(1), groups: groups)), x,
        .swish)
      x = try builder.add(TrainingSamples.depthwise(expanded), named: "depthwise", [x])
    }
  }

  /// Running statistics take in a tenth of the batch's, whose means are those of the inputs times
  /// a few weights.
  @Test(arguments: [Float(0), 30])
  func momentsAreThoseOfTheExpandedValues(mean: Float) throws {
    for (inputs, expanded, groups) in [(3, 7, 1), (8, 24, 2), (17, 40, 1)] {
      let graph = try graph(
        "expansion \(inputs) to \(expanded)", inputs: inputs, expanded: expanded, groups: groups)
      #expect(DeferralPlan(graph).expansions.count == 1)
      let weights = InferenceSamples.weights(graph)
      let batch = Self.images(5, graph, mean: mean)
      let values = TrainingDefinition(graph: graph, weights: weights, images: 5)(batch)
      let (means, variances) = TrainingDefinition.moments(values[1], channels: expanded)
      let rows = Double(5 * graph.nodes[1].shape.height * graph.nodes[1].shape.width)
      for kernels in KernelSet.available {
        let network = TrainingNetwork(
          graph: graph, weights: weights, batchSize: 5, kernels: kernels,
          options: TrainingSamples.options())
        network.write(batch)
        network.forward(images: 5, isTraining: true)
        let place = "\(graph.name), \(kernels.instructionSet)"
        let name = graph.nodes[2].name
        let taken = 1 - BatchNormalization().momentum
        func batchMoment(_ role: ParameterTensor.Role) throws -> [Double] {
          let index = try #require(weights.index(node: 2, role: role), "\(name)")
          return zip(network.weights[index], weights[index]).map { after, before in
            (Double(after) - (1 - taken) * Double(before)) / taken
          }
        }
        let largest = means.reduce(1) { max($0, abs($1)) }
        for (actual, expected) in zip(try batchMoment(.runningMean), means) {
          #expect(abs(actual - expected) <= 1e-5 * largest, "\(place)")
        }
        for (actual, expected) in zip(try batchMoment(.runningVariance), variances) {
          let unbiased = expected * rows / (rows - 1)
          #expect(abs(actual - unbiased) <= 1e-4 * max(unbiased, 1), "\(place)")
        }
      }
    }
  }

  /// A channel that never changes has no variance, and rounding must not make one below zero.
  @Test func constantInputsGiveFiniteValues() throws {
    let graph = try graph("constant", inputs: 4, expanded: 12)
    for kernels in KernelSet.available {
      let network = TrainingNetwork(
        graph: graph, weights: InferenceSamples.weights(graph), batchSize: 3, kernels: kernels,
        options: TrainingSamples.options())
      network.inputBuffer.update(repeating: 1000.1)
      network.forward(images: 3, isTraining: true)
      let allFinite = network.logits.allSatisfy(\.isFinite)
      #expect(allFinite, "\(kernels.instructionSet)")
      #expect(network.weights.areFinite, "\(kernels.instructionSet)")
    }
  }
}
