import Architectures
import Testing

@testable import Engine

@Suite struct WeightAverageTests {
  private func network(overparameterizes: Bool = false) throws -> TrainingNetwork {
    let graph = try TrainingSamples.network()
    var options = TrainingSamples.options()
    options.overparameterizesDepthwise = overparameterizes
    return try TrainingNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), batchSize: 1, options: options)
  }

  @Test func equalsTheDefinition() throws {
    let network = try network()
    var average = WeightAverage(decay: 0.3, of: network)
    var expected = network.weights.values.map(Double.init)
    #expect(average.values == network.weights.values)
    for step in 1...6 {
      let change = TrainingSamples.direction(network.store.count, "change", step)
      for place in change.indices { network.store.parameters[place] += change[place] }
      average.update(from: network, step: step)
      let decay = min(0.3, Double(1 + step) / Double(10 + step))
      for (place, weight) in network.weights.values.enumerated() {
        expected[place] = decay * expected[place] + (1 - decay) * Double(weight)
      }
    }
    // Six roundings of numbers of about 1.
    for (value, wanted) in zip(average.values, expected) {
      #expect(abs(Double(value) - wanted) < 4e-6 * max(1, abs(wanted)))
    }
  }

  @Test func theDecayGrowsToItsValue() throws {
    let average = WeightAverage(decay: 0.9, of: try network())
    #expect(average.decay(at: 1) == 2.0 / 11)
    #expect(average.decay(at: 79) == 80.0 / 89)
    #expect(average.decay(at: 80) == 0.9)
    #expect(average.decay(at: 1_000_000) == 0.9)
  }

  /// What layers use is averaged, not the parts that training makes it of.
  @Test func overparameterizedKernelsAreAveragedFolded() throws {
    let network = try network(overparameterizes: true)
    #expect(network.checkpoint.count > network.weights.count)
    let average = WeightAverage(decay: 0.5, of: network)
    #expect(average.values == network.weights.values)
  }
}
