import Architectures
import Foundation

@testable import Engine

/// A graph run node by node straight from the operations' definitions, in double precision:
/// what every network of the engine is compared with.
struct PlainForward {
  let graph: NetworkGraph
  let weights: NetworkWeights

  /// The last node's values for one image.
  func callAsFunction(_ image: [Float]) -> [Double] {
    var values: [[Double]] = []
    for (index, node) in graph.nodes.enumerated() {
      let inputs = node.inputs.map { values[$0] }
      values.append(value(of: index, inputs, image: image))
    }
    return values[values.count - 1]
  }

  func value(of node: Int, _ inputs: [[Double]], image: [Float]) -> [Double] {
    let shapes = graph.inputShapes(of: node)
    let output = graph.nodes[node].shape
    switch graph.nodes[node].operation {
    case .input: return image.map(Double.init)
    case .convolution(let convolution):
      return convolve(convolution, node: node, inputs[0], shapes[0], output)
    case .mixedDepthwise(let depthwise):
      return convolve(depthwise, node: node, inputs[0], shapes[0], output)
    case .batchNormalization(let normalization):
      let (gamma, beta) = (tensor(node, .gamma), tensor(node, .beta))
      let (mean, variance) = (tensor(node, .runningMean), tensor(node, .runningVariance))
      return inputs[0].indices.map { place in
        let c = place % output.channels
        let deviation = (variance[c] + normalization.epsilon).squareRoot()
        return (inputs[0][place] - mean[c]) / deviation * gamma[c] + beta[c]
      }
    case .activation(let activation): return inputs[0].map { activate(activation, $0) }
    case .globalAveragePool:
      var sums = [Double](repeating: 0, count: output.channels)
      for (place, value) in inputs[0].enumerated() { sums[place % output.channels] += value }
      return sums.map { $0 / Double(shapes[0].height * shapes[0].width) }
    case .pool(let pool): return self.pool(pool, inputs[0], shapes[0], output)
    case .dense(let dense):
      let weight = tensor(node, .weight)
      let bias = dense.hasBias ? tensor(node, .bias) : Array(repeating: 0, count: dense.units)
      return (0..<dense.units).map { unit in
        inputs[0].indices.reduce(bias[unit]) {
          $0 + inputs[0][$1] * weight[$1 * dense.units + unit]
        }
      }
    case .add: return zip(inputs[0], inputs[1]).map(+)
    case .multiply:
      let isBroadcast = inputs[1].count != inputs[0].count
      return inputs[0].indices.map {
        inputs[0][$0] * inputs[1][isBroadcast ? $0 % output.channels : $0]
      }
    case .concatenate:
      return (0..<output.height * output.width).flatMap { pixel in
        zip(inputs, shapes).flatMap { value, shape in
          value[pixel * shape.channels..<(pixel + 1) * shape.channels]
        }
      }
    case .slice(let channels):
      return (0..<output.height * output.width).flatMap { pixel in
        channels.map { inputs[0][pixel * shapes[0].channels + $0] }
      }
    case .channelShuffle(let groups):
      let size = output.channels / groups
      return inputs[0].indices.map { place in
        let (pixel, channel) = place.quotientAndRemainder(dividingBy: output.channels)
        return inputs[0][pixel * output.channels + channel % groups * size + channel / groups]
      }
    case .dropout: return inputs[0]
    }
  }

  private func tensor(_ node: Int, _ role: ParameterTensor.Role) -> [Double] {
    weights.values(of: node, role).map(Double.init)
  }

  private func convolve(
    _ convolution: Convolution, node: Int, _ x: [Double], _ input: TensorShape,
    _ output: TensorShape
  ) -> [Double] {
    let weight = tensor(node, .weight)
    let bias = convolution.hasBias ? tensor(node, .bias) : nil
    let padding = convolution.resolvedPadding(for: input)
    let (kernel, stride) = (convolution.kernel, convolution.stride)
    var result = [Double](repeating: 0, count: output.elementCount)
    var (firstInput, firstOutput, start) = (0, 0, 0)
    for (inputs, outputs) in convolution.groupChannels(inputChannels: input.channels) {
      for y in 0..<output.height {
        for column in 0..<output.width {
          for unit in 0..<outputs {
            var sum = bias?[firstOutput + unit] ?? 0
            for i in 0..<kernel.height {
              for j in 0..<kernel.width {
                let row = y * stride.height - padding.top + i * convolution.dilation.height
                let col = column * stride.width - padding.left + j * convolution.dilation.width
                guard 0..<input.height ~= row, 0..<input.width ~= col else { continue }
                for channel in 0..<inputs {
                  let tap = ((i * kernel.width + j) * inputs + channel) * outputs + unit
                  sum +=
                    weight[start + tap]
                    * x[(row * input.width + col) * input.channels + firstInput + channel]
                }
              }
            }
            result[(y * output.width + column) * output.channels + firstOutput + unit] = sum
          }
        }
      }
      firstInput += inputs
      firstOutput += outputs
      start += kernel.height * kernel.width * inputs * outputs
    }
    return result
  }

  private func convolve(
    _ depthwise: MixedDepthwise, node: Int, _ x: [Double], _ input: TensorShape,
    _ output: TensorShape
  ) -> [Double] {
    let weight = tensor(node, .weight)
    var result = [Double](repeating: 0, count: output.elementCount)
    var (first, start) = (0, 0)
    for (group, padding) in zip(depthwise.groups, depthwise.resolvedPaddings(for: input)) {
      for place in 0..<output.height * output.width * group.channels {
        let (pixel, channel) = place.quotientAndRemainder(dividingBy: group.channels)
        let (y, column) = pixel.quotientAndRemainder(dividingBy: output.width)
        var sum = 0.0
        for i in 0..<group.kernel {
          for j in 0..<group.kernel {
            let row = y * depthwise.stride - padding.top + i * group.dilation
            let col = column * depthwise.stride - padding.left + j * group.dilation
            guard 0..<input.height ~= row, 0..<input.width ~= col else { continue }
            sum +=
              weight[start + (i * group.kernel + j) * group.channels + channel]
              * x[(row * input.width + col) * input.channels + first + channel]
          }
        }
        result[pixel * output.channels + first + channel] = sum
      }
      first += group.channels
      start += group.kernel * group.kernel * group.channels
    }
    return result
  }

  private func pool(
    _ pool: Pool, _ x: [Double], _ input: TensorShape, _ output: TensorShape
  ) -> [Double] {
    let padding = pool.resolvedPadding(for: input)
    return (0..<output.elementCount).map { place in
      let (pixel, channel) = place.quotientAndRemainder(dividingBy: output.channels)
      let (y, column) = pixel.quotientAndRemainder(dividingBy: output.width)
      var window: [Double] = []
      for i in 0..<pool.kernel.height {
        for j in 0..<pool.kernel.width {
          let row = y * pool.stride.height - padding.top + i
          let col = column * pool.stride.width - padding.left + j
          guard 0..<input.height ~= row, 0..<input.width ~= col else { continue }
          window.append(x[(row * input.width + col) * input.channels + channel])
        }
      }
      return pool.kind == .maximum
        ? window.max() ?? .nan : window.reduce(0, +) / Double(window.count)
    }
  }

  private func activate(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .swish: x / (1 + exp(-x))
    case .hardSwish: x * min(max(x + 3, 0), 6) / 6
    case .sigmoid: 1 / (1 + exp(-x))
    case .hardSigmoid: min(max(x + 3, 0), 6) / 6
    }
  }
}
