/// Makes a `NetworkGraph` node by node. Each node's shape is inferred and checked as it is added.
///
///     let image = TensorShape(height: 32, width: 32, channels: 3)
///     var builder = GraphBuilder(name: "tiny", input: image)
///     var x = try builder.add(
///       .convolution(Convolution(outputChannels: 8, kernel: Extent(3))),
///       named: "stem.convolution", [builder.input])
///     x = try builder.add(.activation(.relu), named: "stem.activation", [x])
///     let graph = builder.graph()
package struct GraphBuilder: Sendable {
  private let name: String
  private var nodes: [NetworkGraph.Node]
  private var names: Set<String>
  /// Of all nodes so far.
  private var weights = 0

  /// The input's own size is checked when the first operation is added.
  package init(name: String, input: TensorShape) {
    self.name = name
    nodes = [.init(name: "input", operation: .input(input), inputs: [], shape: input)]
    names = ["input"]
  }

  /// Index of the node that stands for the image.
  package var input: Int { 0 }
  /// Index of the node that was added last.
  package var last: Int { nodes.count - 1 }

  /// Shape of a node's output.
  package func shape(of node: Int) -> TensorShape { nodes[node].shape }

  /// Adds an operation on the outputs of earlier nodes, and returns the new node's index.
  package mutating func add(
    _ operation: Operation, named name: String, _ inputs: [Int]
  ) throws(GraphError) -> Int {
    do throws(GraphError.Reason) {
      if nodes.count == 1 { try nodes[0].shape.check() }
      let node = try checked(operation, named: name, inputs)
      nodes.append(node)
      names.insert(name)
      return nodes.count - 1
    } catch {
      throw GraphError(node: name, reason: error)
    }
  }

  /// The graph so far; the node added last is its output.
  ///
  /// - Precondition: an operation was added, or the input's size is within `GraphLimits`.
  package func graph() -> NetworkGraph {
    precondition(nodes.count > 1 || nodes[0].shape.isWithinLimits, "the input's size is invalid")
    return NetworkGraph(name: name, nodes: nodes)
  }

  private mutating func checked(
    _ operation: Operation, named name: String, _ inputs: [Int]
  ) throws(GraphError.Reason) -> NetworkGraph.Node {
    guard nodes.count < GraphLimits.nodes else { throw .tooManyNodes(limit: GraphLimits.nodes) }
    let components = name.split(separator: ".", omittingEmptySubsequences: false)
    guard components.allSatisfy({ !$0.isEmpty }), !name.contains(where: \.isWhitespace) else {
      throw .invalidName
    }
    guard !names.contains(name) else { throw .nameTaken }
    for index in inputs where !nodes.indices.contains(index) {
      throw .unknownInput(index: index, nodes: nodes.count)
    }
    let rules = operation.rules
    guard rules.inputCount.contains(inputs.count) else {
      throw .inputCount(inputs.count, allowed: rules.inputCount)
    }
    let shapes = inputs.map { nodes[$0].shape }
    let output = try rules.outputShape(of: shapes)
    try output.check()
    // Weights come first: within their limit, the product below can't overflow.
    for tensor in rules.parameters(inputs: shapes, output: output) {
      try GraphLimits.check("number of weights", tensor.count, upTo: GraphLimits.elements)
      weights += tensor.count
      try GraphLimits.check("number of weights up to here", weights, upTo: GraphLimits.weights)
    }
    let cost = rules.multiplyAdds(inputs: shapes, output: output)
    try GraphLimits.check("number of multiply-adds", cost, upTo: GraphLimits.multiplyAdds)
    return .init(name: name, operation: operation, inputs: inputs, shape: output)
  }
}

extension GraphLimits {
  /// - Throws: `size` unless the value is `minimum...limit`.
  static func check(
    _ what: String, _ value: Int, from minimum: Int = 0, upTo limit: Int
  ) throws(GraphError.Reason) {
    guard value >= minimum, value <= limit else {
      throw .size(what, value, allowed: minimum...limit)
    }
  }
}

extension TensorShape {
  /// Checks every side and the number of elements.
  func check() throws(GraphError.Reason) {
    try GraphLimits.check("height", height, from: 1, upTo: GraphLimits.side)
    try GraphLimits.check("width", width, from: 1, upTo: GraphLimits.side)
    try GraphLimits.check("number of channels", channels, from: 1, upTo: GraphLimits.channels)
    try GraphLimits.check("number of activations", elementCount, upTo: GraphLimits.elements)
  }

  var isWithinLimits: Bool { (try? check()) != nil }
}
