import Architectures
import WeightFiles

/// The ONNX form of convolutions. Padding is always written out: ONNX's own 'same' is
/// deprecated, and a window's zeros may differ at opposite edges.
extension ONNXBuilder {
  mutating func lower(_ convolution: Convolution, _ node: Int) -> String {
    let shape = network.graph.inputShapes(of: node)[0]
    let layer = layer(node)
    let parts = convolution.storedParts(inputChannels: shape.channels)
    let windows = parts.map {
      Window(
        inputs: $0.groups * $0.inputs, groups: $0.groups, kernel: convolution.kernel,
        stride: convolution.stride, dilation: convolution.dilation,
        padding: convolution.resolvedPadding(for: shape))
    }
    return lower(windows, layer, node)
  }

  mutating func lower(_ depthwise: MixedDepthwise, _ node: Int) -> String {
    let shape = network.graph.inputShapes(of: node)[0]
    let layer = layer(node)
    let paddings = depthwise.resolvedPaddings(for: shape)
    let windows = zip(depthwise.groups, paddings).map { group, padding in
      Window(
        inputs: group.channels, groups: group.channels, kernel: Extent(group.kernel),
        stride: Extent(depthwise.stride), dilation: Extent(group.dilation), padding: padding)
    }
    guard options.mixedDepthwise == .merged, windows.count > 1 else {
      return lower(windows, layer, node)
    }
    let merged = MergedWindow(windows, image: shape.extent, output: network.graph.nodes[node].shape)
    var single = layer
    single.weights = [
      SafetensorsFile.Tensor(
        name: name(node) + ".weight",
        shape: [shape.channels, 1, merged.window.kernel.height, merged.window.kernel.width],
        values: merged.embedding(layer.weights.map(\.values)))
    ]
    single.biases = layer.biases.map { [$0.flatMap { $0 }] }
    return lower([merged.window], single, node)
  }

  /// One convolution, or several on their shares of the channels.
  private mutating func lower(_ windows: [Window], _ layer: StoredLayer, _ node: Int) -> String {
    let input = inputs(of: node)[0]
    guard windows.count > 1 else {
      return convolve(windows[0], layer, part: 0, input, name(node), node)
    }
    let shares = windows.indices.map { name(node, "share.\($0)") }
    let sizes = constant(name(node, "shares"), windows.map(\.inputs))
    append("Split", [input, sizes], outputs: shares, [.init("axis", 1)])
    let outputs = windows.enumerated().map { part, window in
      convolve(window, layer, part: part, shares[part], name(node, "\(part)"), node)
    }
    return append("Concat", outputs, name(node), [.init("axis", 1)])
  }

  private mutating func convolve(
    _ window: Window, _ layer: StoredLayer, part: Int, _ input: String, _ output: String,
    _ node: Int
  ) -> String {
    append(
      "Conv", [input] + parameters(of: layer, part: part, node: node), output,
      [
        .init("dilations", window.dilation.sides), .init("group", window.groups),
        .init("kernel_shape", window.kernel.sides), .init("pads", window.padding.sides),
        .init("strides", window.stride.sides),
      ])
  }

  /// Constants for the weight and, where there is one, the bias of a layer's part.
  mutating func parameters(of layer: StoredLayer, part: Int, node: Int) -> [String] {
    let weight = layer.weights[part]
    var names = [constant(weight.name, weight.values, shape: weight.shape)]
    if let bias = layer.biases?[part] {
      let name = String(weight.name.dropLast("weight".count)) + "bias"
      names.append(constant(name, bias, shape: [bias.count]))
    }
    return names
  }
}

/// A convolution's window, with the zeros at each edge of the image.
struct Window: Hashable {
  /// Channels that it reads.
  var inputs: Int
  var groups: Int
  var kernel: Extent
  var stride: Extent
  var dilation: Extent
  var padding: EdgePadding
}
