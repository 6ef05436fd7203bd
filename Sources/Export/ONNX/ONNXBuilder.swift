import Architectures
import Engine
import Foundation
import WeightFiles

/// An ONNX graph that grows node by node with a network's.
///
/// Values are named after the node that makes them, constants after their tensor in PyTorch's
/// `state_dict`. Images are `[batch, channels, height, width]`, vectors have sides of 1.
struct ONNXBuilder {
  let network: ExportedNetwork
  let options: ONNXOptions
  private(set) var graph = Onnx_GraphProto()
  /// The value that each node's output is, in the order of the network's nodes.
  private var values: [String] = []
  private let folding: FoldingPlan?
  private let tensors: [Int: [(role: ParameterTensor.Role, SafetensorsFile.Tensor)]]

  init(_ network: ExportedNetwork, options: ONNXOptions) {
    self.network = network
    self.options = options
    folding = options.keepsTraining ? nil : FoldingPlan(network.graph)
    let layouts = network.graph.tensorLayouts
    let owners = network.graph.parameterTensors
    tensors = Dictionary(
      grouping: zip(layouts, network.weights.tensors(of: network.graph)).map {
        (owners[$0.tensor].node, owners[$0.tensor].role, $1)
      }, by: \.0
    ).mapValues { $0.map { ($0.1, $0.2) } }
    graph.name = network.graph.name
    graph.input = [
      Onnx_ValueInfoProto(
        name: ONNXFormat.input, batch: options.batch,
        sides: [
          network.graph.input.channels, network.graph.input.height, network.graph.input.width,
        ])
    ]
  }

  /// Adds the form of the next node.
  mutating func add(_ node: Int) {
    values.append(lower(node))
  }

  /// Names the last value, as a row for each image.
  mutating func finish() {
    let output = network.graph.output
    let last = values[values.count - 1]
    let elements = output.elementCount
    if output.isVector {
      append("Flatten", [last], ONNXFormat.output, [.init("axis", 1)])
    } else {
      append("Identity", [last], ONNXFormat.output)
    }
    graph.output = [
      Onnx_ValueInfoProto(
        name: ONNXFormat.output, batch: options.batch,
        sides: output.isVector ? [elements] : [output.channels, output.height, output.width])
    ]
  }

  /// The values that a node reads.
  func inputs(of node: Int) -> [String] { network.graph.nodes[node].inputs.map { values[$0] } }

  /// The name of a node's output, or of something on the way there.
  func name(_ node: Int, _ part: String? = nil) -> String {
    let name = NetworkGraph.statePath(network.graph.nodes[node].name)
    return part.map { "\(name)/\($0)" } ?? name
  }

  /// Adds an operation and returns the name of its output.
  @discardableResult
  mutating func append(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    append(type, inputs, outputs: [output], attributes)
    return output
  }

  mutating func append(
    _ type: String, _ inputs: [String], outputs: [String], _ attributes: [Onnx_AttributeProto]
  ) {
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = outputs[0]
    node.input = inputs
    node.output = outputs
    node.attribute = attributes
    graph.node.append(node)
  }

  /// Adds a constant and returns its name.
  mutating func constant(_ name: String, _ values: [Float], shape: [Int]) -> String {
    var tensor = Onnx_TensorProto()
    tensor.dataType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    tensor.rawData = values.reduce(into: Data(capacity: 4 * values.count)) { data, value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return add(tensor, name, shape)
  }

  /// Adds a vector of whole numbers, as shapes and axes are, and returns its name.
  mutating func constant(_ name: String, _ values: [Int]) -> String {
    var tensor = Onnx_TensorProto()
    tensor.dataType = Int32(Onnx_TensorProto.DataType.int64.rawValue)
    tensor.rawData = values.reduce(into: Data()) { data, value in
      withUnsafeBytes(of: Int64(value).littleEndian) { data.append(contentsOf: $0) }
    }
    return add(tensor, name, [values.count])
  }

  private mutating func add(_ tensor: Onnx_TensorProto, _ name: String, _ shape: [Int]) -> String {
    var tensor = tensor
    tensor.name = name
    tensor.dims = shape.map(Int64.init)
    graph.initializer.append(tensor)
    return name
  }

  /// Weights of a convolution or dense layer, with the batch norm behind it where that is folded.
  func layer(_ node: Int) -> StoredLayer {
    var layer = StoredLayer(node: node, tensors: tensors)
    if let normalization = folding?.normalizations[node] {
      layer.fold(affine(of: normalization))
    }
    return layer
  }

  /// Whether a batch norm is folded into the layer before it.
  func isFolded(_ normalization: Int) -> Bool {
    guard let folding else { return false }
    return folding.normalizations[network.graph.nodes[normalization].inputs[0]] == normalization
  }

  /// A node's own tensors in the order of its roles.
  func tensors(of node: Int) -> [SafetensorsFile.Tensor] { (tensors[node] ?? []).map(\.1) }

  private func affine(of node: Int) -> ChannelAffine {
    guard case .batchNormalization(let settings) = network.graph.nodes[node].operation else {
      preconditionFailure("\(network.graph.nodes[node].name) is no batch norm")
    }
    return ChannelAffine(settings, node: node, weights: network.weights)
  }
}

extension Onnx_AttributeProto {
  init(_ name: String, _ value: Int) {
    self.init()
    self.name = name
    type = .int
    i = Int64(value)
  }

  init(_ name: String, _ values: [Int]) {
    self.init()
    self.name = name
    type = .ints
    ints = values.map(Int64.init)
  }

  init(_ name: String, _ value: Double) {
    self.init()
    self.name = name
    type = .float
    f = Float(value)
  }
}
