import Architectures

/// The first half of an inverted residual block: a 1×1 convolution that multiplies the channels,
/// batch norm, an activation, and a depthwise convolution, each read by the next alone.
///
/// `ExpandedDepthwiseLayer` trains such a chain as one.
struct ExpansionChain {
  let convolution: Int
  let normalization: Int
  let activation: Activation?
  let depthwise: Int

  /// Nodes that are not layers of their own.
  let taken: Set<Int>
}

extension ExpansionChain {
  /// Above it, making the expanded values again costs more than keeping them.
  private static let mostInputs = 80

  /// The chain that begins at a node; nil if there is none, or if it is better kept apart.
  ///
  /// - Parameter readers: `graph.readers`.
  init?(at node: Int, in graph: NetworkGraph, readers: [[Int]]) {
    func onlyReader(of node: Int) -> Int? { readers[node].count == 1 ? readers[node][0] : nil }
    guard case .convolution(let convolution) = graph.nodes[node].operation,
      convolution.isPointwise, !convolution.hasBias, !graph.nodes[node].shape.isVector
    else { return nil }
    let inputs = graph.inputShapes(of: node)[0].channels
    let largest = convolution.groupChannels(inputChannels: inputs).map(\.inputs).max()
    guard let largest, largest <= Self.mostInputs, convolution.outputChannels >= 2 * inputs,
      let normalization = onlyReader(of: node),
      case .batchNormalization = graph.nodes[normalization].operation,
      var reader = onlyReader(of: normalization)
    else { return nil }
    var taken: Set = [node, normalization]
    var function: Activation?
    if case .activation(let activation) = graph.nodes[reader].operation {
      taken.insert(reader)
      function = activation
      guard let next = onlyReader(of: reader) else { return nil }
      reader = next
    }
    guard graph.trainsDepthwise(reader) else { return nil }
    self.convolution = node
    self.normalization = normalization
    activation = function
    depthwise = reader
    self.taken = taken
  }
}

extension NetworkGraph {
  /// Whether the depthwise kernels train a node.
  func trainsDepthwise(_ node: Int) -> Bool {
    switch nodes[node].operation {
    case .mixedDepthwise: true
    case .convolution(let convolution): convolution.trainsDepthwise(of: inputShapes(of: node)[0])
    default: false
    }
  }
}
