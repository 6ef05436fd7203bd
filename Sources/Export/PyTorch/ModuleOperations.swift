import Architectures

/// The PyTorch form of every operation.
extension NetworkGraph {
  /// The module that computes a node; nil for what `forward` writes as an expression.
  ///
  /// - Parameter classes: stands for the number of units of the layer that gives the output.
  func pythonModule(_ node: Int, classes: String? = nil) -> PythonExpression? {
    let inputs = inputShapes(of: node)
    switch nodes[node].operation {
    case .input, .add, .multiply, .concatenate: return nil
    case .convolution(let convolution): return module(convolution, inputs[0].channels)
    case .mixedDepthwise(let depthwise): return module(depthwise)
    case .batchNormalization(let settings):
      return settings == usualNormalization
        ? .call("batch_norm", [.init(nil, .number(inputs[0].channels))])
        : settings.module(channels: inputs[0].channels)
    case .activation(let activation): return .call(activation.moduleName, [])
    case .globalAveragePool: return .call("GlobalAveragePool", [])
    case .pool(let pool): return module(pool)
    case .dense(let dense):
      var arguments: [PythonExpression.Argument] = [
        .init(nil, .number(inputs[0].channels)),
        .init(nil, classes.map { .text($0) } ?? .number(dense.units)),
      ]
      if !dense.hasBias { arguments.append(.init("bias", .text("False"))) }
      return .call("Dense", arguments)
    case .slice(let channels):
      return .call(
        "ChannelSlice",
        [.init(nil, .number(channels.lowerBound)), .init(nil, .number(channels.upperBound))])
    case .channelShuffle(let groups):
      return .call("ChannelShuffle", [.init(nil, .number(groups))])
    case .dropout(let rate): return .call("nn.Dropout", [.init(nil, .text("\(rate)"))])
    }
  }

  /// The batch norm settings of the first batch norm, which usually are those of all.
  var usualNormalization: BatchNormalization? {
    for node in nodes {
      if case .batchNormalization(let settings) = node.operation { return settings }
    }
    return nil
  }

  private func module(_ convolution: Convolution, _ inputs: Int) -> PythonExpression {
    let parts = convolution.storedParts(inputChannels: inputs).map { part in
      PythonExpression.convolution(
        inputs: part.groups * part.inputs, outputs: part.groups * part.outputs,
        groups: part.groups, convolution)
    }
    return parts.count == 1 ? parts[0] : .call("SplitConv2d", [.init(nil, .list(parts))])
  }

  private func module(_ depthwise: MixedDepthwise) -> PythonExpression {
    let parts = depthwise.groups.map { group in
      let zeros = depthwise.padding == .same ? Padding.same : .symmetric(Extent(group.reach))
      return PythonExpression.convolution(
        inputs: group.channels, outputs: group.channels, groups: group.channels,
        Convolution(
          outputChannels: group.channels, kernel: Extent(group.kernel),
          stride: Extent(depthwise.stride), dilation: Extent(group.dilation),
          groups: group.channels, padding: zeros))
    }
    return parts.count == 1 ? parts[0] : .call("SplitConv2d", [.init(nil, .list(parts))])
  }

  private func module(_ pool: Pool) -> PythonExpression {
    var arguments: [PythonExpression.Argument] = [
      .init(nil, pool.kernel.python), .init("stride", pool.stride.python),
    ]
    let isMaximum = pool.kind == .maximum
    guard case .symmetric(let zeros) = pool.padding else {
      return .call(isMaximum ? "SameMaxPool2d" : "SameAvgPool2d", arguments)
    }
    if zeros != Extent(0) { arguments.append(.init("padding", zeros.python)) }
    if pool.roundsUp { arguments.append(.init("ceil_mode", .text("True"))) }
    if !isMaximum { arguments.append(.init("count_include_pad", .text("False"))) }
    return .call(isMaximum ? "nn.MaxPool2d" : "nn.AvgPool2d", arguments)
  }
}

extension BatchNormalization {
  /// PyTorch's momentum is the share of the new statistics.
  func module(channels: PythonExpression) -> PythonExpression {
    .call(
      "nn.BatchNorm2d",
      [
        .init(nil, channels), .init("eps", .text("\(epsilon)")),
        .init("momentum", .text(Self.share(momentum))),
      ])
  }

  fileprivate func module(channels: Int) -> PythonExpression {
    module(channels: .number(channels))
  }

  /// `1 - momentum`, without the digits that binary fractions add.
  private static func share(_ momentum: Double) -> String {
    let share = ((1 - momentum) * 1e12).rounded() / 1e12
    return "\(share)"
  }
}

extension MixedDepthwise.Group {
  /// Pixels from the centre to the edge.
  fileprivate var reach: Int { (effectiveExtent - 1) / 2 }
}

extension PythonExpression {
  static func number(_ value: Int) -> PythonExpression { .text("\(value)") }

  /// `nn.Conv2d` where PyTorch's padding does, else `SameConv2d`.
  fileprivate static func convolution(
    inputs: Int, outputs: Int, groups: Int, _ convolution: Convolution
  ) -> PythonExpression {
    var arguments: [Argument] = [
      .init(nil, .number(inputs)), .init(nil, .number(outputs)),
      .init(nil, convolution.kernel.python),
    ]
    func add(_ name: String, _ value: Extent, unless usual: Extent) {
      if value != usual { arguments.append(.init(name, value.python)) }
    }
    add("stride", convolution.stride, unless: Extent(1))
    let zeros = convolution.symmetricZeros
    if let zeros { add("padding", zeros, unless: Extent(0)) }
    add("dilation", convolution.dilation, unless: Extent(1))
    if groups > 1 { arguments.append(.init("groups", .number(groups))) }
    if !convolution.hasBias { arguments.append(.init("bias", .text("False"))) }
    return .call(zeros == nil ? "SameConv2d" : "nn.Conv2d", arguments)
  }
}

extension Convolution {
  /// The zeros on both sides of images of every size; nil where 'same' padding depends on the
  /// image or differs at opposite edges.
  fileprivate var symmetricZeros: Extent? {
    guard padding == .same else {
      if case .symmetric(let zeros) = padding { return zeros }
      return nil
    }
    let extent = effectiveExtent
    let sides = [(extent.height, stride.height), (extent.width, stride.width)]
    // A window of one pixel never leaves the image.
    guard sides.allSatisfy({ $0.0 == 1 || ($0.1 == 1 && $0.0 % 2 == 1) }) else { return nil }
    return Extent(height: (extent.height - 1) / 2, width: (extent.width - 1) / 2)
  }
}

extension Extent {
  /// One number for a square.
  fileprivate var python: PythonExpression {
    height == width ? .number(height) : .text("(\(height), \(width))")
  }
}

extension Activation {
  fileprivate var moduleName: String {
    switch self {
    case .relu: "nn.ReLU"
    case .relu6: "nn.ReLU6"
    case .swish: "nn.SiLU"
    case .hardSwish: "nn.Hardswish"
    case .sigmoid: "nn.Sigmoid"
    case .hardSigmoid: "nn.Hardsigmoid"
    }
  }
}
