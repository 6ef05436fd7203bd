import Architectures
import Randomness

@testable import Engine

/// Weights for whole published networks, quickly made: each tensor repeats a piece of one run of
/// normal numbers, so that a script can make the same from a few constants.
enum ReferenceSamples {
  /// As many as a prime, which no layer's number of channels divides.
  static let normals = TrainingSamples.direction(65_521, "reference networks")

  /// A tensor's value `i` is `shift + scale * normals[(first + i) % normals.count]`.
  struct Recipe {
    var first: Int
    var scale: Float
    var shift: Float
  }

  /// Weights about keep the size of activations (He et al. 2015, with less for layers that no ReLU
  /// follows), so that rounding does not outgrow them.
  ///
  /// - Parameter isFresh: batch norm and biases as training starts with them, not at random.
  static func recipe(
    of tensor: ParameterTensor, index: Int, in graph: NetworkGraph, isFresh: Bool
  ) -> Recipe {
    let first = index * 7919 % normals.count
    switch tensor.role {
    case .weight:
      let inputs = Float(tensor.count) / Float(graph.nodes[tensor.node].shape.channels)
      return Recipe(first: first, scale: (1.5 / inputs).squareRoot(), shift: 0)
    case .gamma, .runningVariance: return Recipe(first: first, scale: isFresh ? 0 : 0.1, shift: 1)
    case .bias, .beta, .runningMean:
      return Recipe(first: first, scale: isFresh ? 0 : 0.1, shift: 0)
    }
  }

  static func weights(_ graph: NetworkGraph, isFresh: Bool) -> NetworkWeights {
    let tensors = graph.parameterTensors
    var values: [Float] = []
    values.reserveCapacity(tensors.reduce(0) { $0 + $1.count })
    for (index, tensor) in tensors.enumerated() {
      let recipe = recipe(of: tensor, index: index, in: graph, isFresh: isFresh)
      var position = recipe.first
      for _ in 0..<tensor.count {
        values.append(recipe.shift + recipe.scale * normals[position])
        position = position + 1 == normals.count ? 0 : position + 1
      }
    }
    return NetworkWeights(graph: graph, values: values)
  }
}
