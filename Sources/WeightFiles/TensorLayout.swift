import Architectures

/// How a tensor of a weight file, laid out as PyTorch has it, lies in `NetworkWeights`.
///
/// A node's tensor is one tensor in a file, but for layers that PyTorch makes of several: a mixed
/// depthwise convolution has one for each kernel, and so has a convolution whose groups differ.
package struct TensorLayout: Sendable, Hashable {
  /// As in the exported module's `state_dict`: the node's name with underscores for dashes, the
  /// number of the part where there are several, and PyTorch's word for the role.
  package let name: String
  /// Convolutions `[outputs, inputs of a group, height, width]`, dense layers
  /// `[outputs, inputs]`, all others `[channels]`.
  package let shape: [Int]
  /// Index into the graph's `parameterTensors`.
  package let tensor: Int
  /// Where the part begins in that tensor.
  package let offset: Int
  fileprivate let axes: Axes

  /// The engine has a weight's axes in the order of these fields.
  fileprivate struct Axes: Hashable {
    var groups = 1
    var height = 1
    var width = 1
    var inputs = 1
    /// Of each group.
    var outputs: Int

    var count: Int { groups * height * width * inputs * outputs }
  }

  /// Floats in all.
  package var count: Int { axes.count }

  /// From the engine's order to the file's.
  func stored(_ values: ArraySlice<Float>) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    forEachPair { result[$1] = values[values.startIndex + $0] }
    return result
  }

  /// From the file's order to the engine's.
  func loaded(_ values: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    forEachPair { result[$0] = values[$1] }
    return result
  }

  /// Indices of one value in the engine's and in the file's order.
  private func forEachPair(_ body: (Int, Int) -> Void) {
    let taps = axes.height * axes.width
    var engine = 0
    for group in 0..<axes.groups {
      for tap in 0..<taps {
        for input in 0..<axes.inputs {
          for output in 0..<axes.outputs {
            body(engine, ((group * axes.outputs + output) * axes.inputs + input) * taps + tap)
            engine += 1
          }
        }
      }
    }
  }
}

extension NetworkGraph {
  /// The tensors of this network's weight files, in the order of its nodes.
  package var tensorLayouts: [TensorLayout] {
    parameterTensors.enumerated().flatMap { index, tensor in
      let parts = parts(of: tensor)
      let path = Self.statePath(nodes[tensor.node].name)
      var offset = 0
      return parts.enumerated().map { number, part in
        defer { offset += part.axes.count }
        let place = parts.count > 1 ? "\(path).\(number)" : path
        return TensorLayout(
          name: "\(place).\(tensor.role.stateName)", shape: part.shape, tensor: index,
          offset: offset, axes: part.axes)
      }
    }
  }

  /// A node's name as a path of Python attributes.
  package static func statePath(_ name: String) -> String {
    String(name.map { $0 == "-" ? "_" : $0 })
  }

  private typealias Part = (shape: [Int], axes: TensorLayout.Axes)

  private func parts(of tensor: ParameterTensor) -> [Part] {
    switch (nodes[tensor.node].operation, tensor.role) {
    case (.convolution(let convolution), .weight):
      let inputs = inputShapes(of: tensor.node)[0].channels
      return convolution.storedParts(inputChannels: inputs).map {
        weight(groups: $0.groups, convolution.kernel, inputs: $0.inputs, outputs: $0.outputs)
      }
    case (.convolution(let convolution), .bias):
      let inputs = inputShapes(of: tensor.node)[0].channels
      return convolution.storedParts(inputChannels: inputs).map { vector($0.groups * $0.outputs) }
    case (.mixedDepthwise(let depthwise), .weight):
      return depthwise.groups.map {
        weight(groups: 1, Extent($0.kernel), inputs: 1, outputs: $0.channels)
      }
    case (.dense(let dense), .weight):
      let inputs = tensor.count / dense.units
      return [([dense.units, inputs], .init(inputs: inputs, outputs: dense.units))]
    case (.mixedDepthwise, _), (.dense, _), (.convolution, _), (.batchNormalization, _):
      return [vector(tensor.count)]
    case (.input, _), (.activation, _), (.globalAveragePool, _), (.pool, _), (.add, _),
      (.multiply, _), (.concatenate, _), (.slice, _), (.channelShuffle, _), (.dropout, _):
      preconditionFailure("\(nodes[tensor.node].name) has no weights")
    }
  }

  private func weight(groups: Int, _ kernel: Extent, inputs: Int, outputs: Int) -> Part {
    (
      [groups * outputs, inputs, kernel.height, kernel.width],
      .init(
        groups: groups, height: kernel.height, width: kernel.width, inputs: inputs,
        outputs: outputs)
    )
  }

  private func vector(_ count: Int) -> Part { ([count], .init(outputs: count)) }
}

extension Convolution {
  /// The convolutions that PyTorch needs for this one: one, or one for each group where the
  /// groups differ. Inputs and outputs are those of each of the part's groups.
  package func storedParts(
    inputChannels: Int
  ) -> [(groups: Int, inputs: Int, outputs: Int)] {
    let channels = groupChannels(inputChannels: inputChannels)
    let first = channels[0]
    if channels.allSatisfy({ $0 == first }) { return [(groups, first.inputs, first.outputs)] }
    return channels.map { (1, $0.inputs, $0.outputs) }
  }
}

extension ParameterTensor.Role {
  /// PyTorch's word.
  fileprivate var stateName: String {
    switch self {
    case .weight, .gamma: "weight"
    case .bias, .beta: "bias"
    case .runningMean: "running_mean"
    case .runningVariance: "running_var"
    }
  }
}
