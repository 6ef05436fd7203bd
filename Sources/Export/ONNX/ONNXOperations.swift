import Architectures

/// The ONNX form of every operation.
extension ONNXBuilder {
  /// Adds what computes a node, and returns the name of its value.
  mutating func lower(_ node: Int) -> String {
    let operation = network.graph.nodes[node].operation
    let inputs = inputs(of: node)
    let output = name(node)
    switch operation {
    case .input: return ONNXFormat.input
    case .convolution(let convolution): return lower(convolution, node)
    case .mixedDepthwise(let depthwise): return lower(depthwise, node)
    case .batchNormalization(let settings):
      if isFolded(node) { return inputs[0] }
      let parameters = tensors(of: node).map { constant($0.name, $0.values, shape: $0.shape) }
      return append(
        "BatchNormalization", inputs + parameters, output,
        [.init("epsilon", settings.epsilon), .init("momentum", settings.momentum)])
    case .activation(let activation): return lower(activation, node)
    case .globalAveragePool: return append("GlobalAveragePool", inputs, output)
    case .pool(let pool): return lower(pool, node)
    case .dense(let dense): return lower(dense, node)
    case .add: return append("Add", inputs, output)
    case .multiply: return append("Mul", inputs, output)
    case .concatenate: return append("Concat", inputs, output, [.init("axis", 1)])
    case .slice(let channels):
      let bounds = [
        constant(name(node, "starts"), [channels.lowerBound]),
        constant(name(node, "ends"), [channels.upperBound]), constant(name(node, "axes"), [1]),
      ]
      return append("Slice", inputs + bounds, output)
    case .channelShuffle(let groups): return shuffle(node, groups: groups)
    case .dropout(let rate):
      guard options.keepsTraining else { return inputs[0] }
      let ratio = constant(name(node, "ratio"), [Float(rate)], shape: [])
      return append("Dropout", inputs + [ratio], output)
    }
  }

  private mutating func lower(_ activation: Activation, _ node: Int) -> String {
    let inputs = inputs(of: node)
    let output = name(node)
    switch activation {
    case .relu: return append("Relu", inputs, output)
    case .relu6:
      let bounds = [
        constant(name(node, "minimum"), [0], shape: []),
        constant(name(node, "maximum"), [6], shape: []),
      ]
      return append("Clip", inputs + bounds, output)
    case .swish:
      let gate = append("Sigmoid", inputs, name(node, "sigmoid"))
      return append("Mul", inputs + [gate], output)
    case .hardSwish: return append("HardSwish", inputs, output)
    case .sigmoid: return append("Sigmoid", inputs, output)
    case .hardSigmoid:
      return append("HardSigmoid", inputs, output, [.init("alpha", 1.0 / 6), .init("beta", 0.5)])
    }
  }

  private mutating func lower(_ pool: Pool, _ node: Int) -> String {
    let padding = pool.resolvedPadding(for: network.graph.inputShapes(of: node)[0])
    // Neither kind counts the padding, so a window that is cut off needs no rounding up.
    var attributes: [Onnx_AttributeProto] = [
      .init("kernel_shape", pool.kernel.sides), .init("strides", pool.stride.sides),
      .init("pads", padding.sides),
    ]
    switch pool.kind {
    case .maximum: return append("MaxPool", inputs(of: node), name(node), attributes)
    case .average:
      attributes.append(.init("count_include_pad", 0))
      return append("AveragePool", inputs(of: node), name(node), attributes)
    }
  }

  /// A matrix product of rows, which then are images of one pixel again.
  private mutating func lower(_ dense: Dense, _ node: Int) -> String {
    let layer = layer(node)
    let rows = append("Flatten", inputs(of: node), name(node, "rows"), [.init("axis", 1)])
    let product = append(
      "Gemm", [rows] + parameters(of: layer, part: 0, node: node), name(node, "product"),
      [.init("transB", 1)])
    let shape = constant(name(node, "shape"), [0, dense.units, 1, 1])
    return append("Reshape", [product, shape], name(node))
  }

  private mutating func shuffle(_ node: Int, groups: Int) -> String {
    let shape = network.graph.nodes[node].shape
    let split = constant(
      name(node, "split"), [0, groups, shape.channels / groups, shape.height, shape.width])
    let merged = constant(name(node, "merged"), [0, shape.channels, shape.height, shape.width])
    let matrix = append("Reshape", inputs(of: node) + [split], name(node, "groups"))
    let transposed = append(
      "Transpose", [matrix], name(node, "transposed"), [.init("perm", [0, 2, 1, 3, 4])])
    return append("Reshape", [transposed, merged], name(node))
  }
}

extension Extent {
  var sides: [Int] { [height, width] }
}

extension EdgePadding {
  /// As ONNX orders them: the beginnings of all axes, then the ends.
  var sides: [Int] { [top, left, bottom, right] }
}
