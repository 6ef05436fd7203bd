import Architectures

/// Weights and bias of a convolution or dense layer with its batch norm taken in:
/// `w · s` and `(b - mean) · s + beta` per output channel, `s = gamma / sqrt(variance + epsilon)`.
///
/// Computed in double precision and rounded once, so that folding costs no accuracy.
struct FoldedLayer {
  /// In the operation's own layout.
  var weights: [Float]
  /// `[output channels]`, nil if it would be zero throughout by construction.
  var bias: [Float]?
}

/// What a batch norm does to each channel once its statistics are fixed: `x · scale + shift`.
package struct ChannelAffine: Sendable {
  package var scale: [Double]
  package var shift: [Double]

  package init(_ normalization: BatchNormalization, node: Int, weights: NetworkWeights) {
    let gamma = weights.values(of: node, .gamma)
    let beta = weights.values(of: node, .beta)
    let mean = weights.values(of: node, .runningMean)
    let variance = weights.values(of: node, .runningVariance)
    scale = zip(gamma, variance).map {
      Double($0) / (Double($1) + normalization.epsilon).squareRoot()
    }
    shift = zip(zip(beta, mean), scale).map { Double($0.0) - Double($0.1) * $1 }
  }
}

extension FoldedLayer {
  /// - Parameter runs: the weights as consecutive runs of `count` rows of `channels` columns,
  ///   the columns being output channels, run after run.
  init(
    _ layer: FusionPlan.Layer, graph: NetworkGraph, weights: NetworkWeights,
    runs: [(rows: Int, channels: Int)]
  ) {
    let raw = weights.values(of: layer.node, .weight)
    let bias = weights.optionalValues(of: layer.node, .bias)
    guard let node = layer.normalization,
      case .batchNormalization(let normalization) = graph.nodes[node].operation
    else {
      self.init(weights: raw, bias: bias)
      return
    }
    let affine = ChannelAffine(normalization, node: node, weights: weights)
    var folded: [Float] = []
    folded.reserveCapacity(raw.count)
    var first = 0
    for run in runs {
      for _ in 0..<run.rows {
        for channel in first..<first + run.channels {
          folded.append(Float(Double(raw[folded.count]) * affine.scale[channel]))
        }
      }
      first += run.channels
    }
    self.init(
      weights: folded,
      bias: affine.shift.indices.map {
        Float(Double(bias?[$0] ?? 0) * affine.scale[$0] + affine.shift[$0])
      })
  }
}
