import Architectures

@testable import Engine

/// A batch's forward pass in training straight from the definitions, in double precision: batch
/// norm takes the moments of the batch, dropout multiplies by given factors.
struct TrainingDefinition {
  let graph: NetworkGraph
  var weights: NetworkWeights
  let images: Int
  /// Per dropout node, `[images, elements]`.
  var dropoutFactors: [Int: [Float]] = [:]

  /// Values per node and image.
  typealias Values = [[[Double]]]

  /// Each node's values for a batch `[images, elements]`.
  func callAsFunction(_ batch: [Float]) -> Values {
    var values = Values(repeating: [], count: graph.nodes.count)
    for node in graph.nodes.indices { values[node] = value(of: node, values, batch) }
    return values
  }

  /// What of `values` changes with the values of one node, or with its weights.
  func callAsFunction(_ batch: [Float], changing first: Int, in values: Values) -> Values {
    var values = values
    var changed: Set<Int> = []
    for (node, operation) in graph.nodes.enumerated()
    where node == first || operation.inputs.contains(where: changed.contains) {
      values[node] = value(of: node, values, batch)
      changed.insert(node)
    }
    return values
  }

  private func value(of index: Int, _ values: Values, _ batch: [Float]) -> [[Double]] {
    let node = graph.nodes[index]
    switch node.operation {
    case .batchNormalization(let normalization):
      return normalize(normalization, node: index, values[node.inputs[0]])
    case .dropout:
      return drop(node: index, values[node.inputs[0]])
    default:
      let plain = PlainForward(graph: graph, weights: weights)
      let size = graph.input.elementCount
      return (0..<images).map { image in
        plain.value(
          of: index, node.inputs.map { values[$0][image] },
          image: Array(batch[image * size..<(image + 1) * size]))
      }
    }
  }

  /// Mean and biased variance of each channel of the batch.
  static func moments(_ batch: [[Double]], channels: Int) -> (mean: [Double], variance: [Double]) {
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    let rows = Double(batch.count * batch[0].count / channels)
    for image in batch {
      for (place, value) in image.enumerated() { mean[place % channels] += value / rows }
    }
    for image in batch {
      for (place, value) in image.enumerated() {
        let distance = value - mean[place % channels]
        variance[place % channels] += distance * distance / rows
      }
    }
    return (mean, variance)
  }

  private func normalize(
    _ normalization: BatchNormalization, node: Int, _ batch: [[Double]]
  ) -> [[Double]] {
    let channels = graph.nodes[node].shape.channels
    let (mean, variance) = Self.moments(batch, channels: channels)
    let gamma = weights.values(of: node, .gamma).map(Double.init)
    let beta = weights.values(of: node, .beta).map(Double.init)
    let scale = (0..<channels).map {
      gamma[$0] / (variance[$0] + normalization.epsilon).squareRoot()
    }
    return batch.map { image in
      image.enumerated().map { place, value in
        let channel = place % channels
        return (value - mean[channel]) * scale[channel] + beta[channel]
      }
    }
  }

  private func drop(node: Int, _ batch: [[Double]]) -> [[Double]] {
    guard let factors = dropoutFactors[node] else { return batch }
    let size = graph.nodes[node].shape.elementCount
    return batch.enumerated().map { image, values in
      values.enumerated().map { $0.element * Double(factors[image * size + $0.offset]) }
    }
  }
}
