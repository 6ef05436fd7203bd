import Architectures

extension NetworkWeights {
  /// These weights as the start of another network of the same architecture: for images of
  /// another size, or with another number of classes.
  ///
  /// Where the number of classes differs, the last layer's tensors are taken from `fresh`.
  ///
  /// - Parameters:
  ///   - source: the graph of these weights.
  ///   - fresh: initial weights of the other network.
  /// - Returns: nil where the two differ in more than that.
  package func transferred(
    from source: NetworkGraph, to target: NetworkGraph, fresh: NetworkWeights
  ) -> NetworkWeights? {
    guard tensors.count == fresh.tensors.count else { return nil }
    let classes = (source: source.output.elementCount, target: target.output.elementCount)
    let last = fresh.tensors.last?.node
    var result = fresh
    for (index, tensor) in fresh.tensors.enumerated() {
      guard let own = self.index(named: tensor.name) else { return nil }
      if tensors[own].count == tensor.count {
        result.replace(index, with: self[own])
      } else {
        let isOfClasses =
          tensor.node == last && classes.source != classes.target
          && tensors[own].count * classes.target == tensor.count * classes.source
        guard isOfClasses else { return nil }
      }
    }
    return result
  }
}
