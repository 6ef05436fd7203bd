import Architectures

/// Which batch norms disappear in the layers before them.
struct FoldingPlan {
  /// The batch norm of a layer, by their nodes.
  let normalizations: [Int: Int]

  init(_ graph: NetworkGraph) {
    let readers = graph.readers
    var found: [Int: Int] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .batchNormalization = node.operation else { continue }
      switch graph.nodes[node.inputs[0]].operation {
      case .convolution, .mixedDepthwise, .dense:
        if readers[node.inputs[0]] == [index] { found[node.inputs[0]] = index }
      default: break
      }
    }
    normalizations = found
  }
}
