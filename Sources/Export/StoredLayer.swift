import Architectures
import Engine
import WeightFiles

/// Weights and biases of a convolution or dense layer as other runtimes take them: one part, or
/// several that each read their own share of the channels.
struct StoredLayer {
  /// Axes as in `TensorLayout`, output channels first.
  var weights: [SafetensorsFile.Tensor]
  /// One for each part; nil where the layer has none.
  var biases: [[Float]]?

  /// - Parameter tensors: all of the network's, by the index of their node.
  init(node: Int, tensors: [Int: [(role: ParameterTensor.Role, SafetensorsFile.Tensor)]]) {
    let own = tensors[node] ?? []
    weights = own.filter { $0.role == .weight }.map(\.1)
    let values = own.filter { $0.role == .bias }.map(\.1.values)
    biases = values.isEmpty ? nil : values
  }

  /// Takes a batch norm that follows in: `w · s` and `(b - mean) · s + beta`. Computed in double
  /// precision and rounded once, as the engine does.
  mutating func fold(_ affine: ChannelAffine) {
    var channel = 0
    var folded: [[Float]] = []
    for part in weights.indices {
      let outputs = weights[part].shape[0]
      let row = weights[part].values.count / outputs
      var bias: [Float] = []
      for output in 0..<outputs {
        let scale = affine.scale[channel]
        for index in output * row..<(output + 1) * row {
          weights[part].values[index] = Float(Double(weights[part].values[index]) * scale)
        }
        let own = Double(biases?[part][output] ?? 0)
        bias.append(Float(own * scale + affine.shift[channel]))
        channel += 1
      }
      folded.append(bias)
    }
    biases = folded
  }
}
