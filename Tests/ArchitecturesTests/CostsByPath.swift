import Architectures

extension NetworkGraph {
  /// Trained parameters and multiply-adds of all nodes whose names begin with this path:
  /// `blocks.3`, `blocks.3.expand`.
  func costs(under path: String) -> (parameters: Int, multiplyAdds: Int) {
    let prefix = path + "."
    return nodes.indices.reduce(into: (0, 0)) { sum, index in
      guard nodes[index].name == path || nodes[index].name.hasPrefix(prefix) else { return }
      sum.0 += parameterCount(of: index)
      sum.1 += multiplyAdds(of: index)
    }
  }
}
