import Architectures
import Randomness
import Testing

@testable import Engine

@Suite struct WeightsTests {
  @Test func tensorsLieOneAfterTheOther() throws {
    let graph = try TrainingSamples.network()
    let weights = NetworkWeights(graph: graph, random: RandomStream(seed: 1))
    var end = 0
    for index in weights.tensors.indices {
      #expect(weights.range(of: index).lowerBound == end)
      end = weights.range(of: index).upperBound
    }
    #expect(end == weights.count)
    #expect(weights.tensors == graph.parameterTensors)
    #expect(weights[named: "nothing"] == nil)
    let stem = try #require(weights.index(named: "stem.convolution.weight"))
    #expect(weights.index(node: 1, role: .weight) == stem)
    #expect(weights[named: "stem.convolution.weight"] == weights[stem])
  }

  @Test func freshWeightsHaveTheirDeviation() throws {
    let graph = try SampleBuilder.graph("wide", 8, 64) { builder, x in
      x = try builder.normalized(TrainingSamples.pointwise(128), x, .relu)
      x = try builder.add(.globalAveragePool, named: "pool", [x])
      x = try builder.add(.dense(Dense(units: 100)), named: "dense", [x])
    }
    let weights = NetworkWeights(graph: graph, random: RandomStream(seed: 1))
    let convolution = weights.values(of: 1, .weight)
    let deviation =
      (convolution.reduce(0) { $0 + Double($1 * $1) } / Double(convolution.count)).squareRoot()
    // sqrt(2 / fan out), from 8,192 draws.
    #expect(abs(deviation / (2.0 / 128).squareRoot() - 1) < 0.04)
    let dense = weights.values(of: graph.nodes.count - 1, .weight)
    #expect(dense.allSatisfy { abs($0) <= 0.1 } && dense.contains { abs($0) > 0.095 })
    #expect(weights.values(of: 2, .gamma).allSatisfy { $0 == 1 })
    #expect(weights.values(of: 2, .runningMean).allSatisfy { $0 == 0 })
  }

  @Test func aTensorDependsOnItsNameAlone() throws {
    func graph(_ names: [String]) throws -> NetworkGraph {
      try SampleBuilder.graph("order", 4, 5) { builder, x in
        for name in names { x = try builder.add(TrainingSamples.pointwise(5), named: name, [x]) }
      }
    }
    let random = RandomStream(seed: 9)
    let first = NetworkWeights(graph: try graph(["a", "b"]), random: random)
    let second = NetworkWeights(graph: try graph(["c", "b", "a"]), random: random)
    for name in ["a.weight", "b.weight"] {
      #expect(first[named: name].map(Array.init) == second[named: name].map(Array.init))
    }
    #expect(first[named: "a.weight"].map(Array.init) != first[named: "b.weight"].map(Array.init))
  }

  @Test func theDigestSeesEveryBit() throws {
    let graph = try TrainingSamples.network()
    let weights = NetworkWeights(graph: graph, random: RandomStream(seed: 1))
    #expect(weights.digest.count == 16)
    #expect(weights.digest == NetworkWeights(graph: graph, values: weights.values).digest)
    var changed = weights
    var first = Array(weights[0])
    first[3] = Float(bitPattern: first[3].bitPattern ^ 1)
    changed.replace(0, with: first)
    #expect(changed.digest != weights.digest)
    #expect(changed != weights)
  }

  @Test func whatIsNotFiniteIsSeen() throws {
    let graph = try TrainingSamples.network()
    var weights = NetworkWeights(graph: graph, random: RandomStream(seed: 1))
    #expect(weights.areFinite)
    var first = Array(weights[0])
    first[0] = .nan
    weights.replace(0, with: first)
    #expect(!weights.areFinite)
  }
}
