/// Which of a genome's networks: the one to deploy, or a stand-in that trains on small images.
///
/// A proxy has exactly the tensors of the deployed network. Where a layer of the genome has a
/// stride, kernels, dilation and skip stay as that stride makes them; only the stride that is
/// carried out becomes 1.
package enum NetworkVariant: Sendable, Hashable {
  case deployment
  /// Blocks by index, from 0.
  case proxy(unstridedBlocks: Set<Int>, unstridedStem: Bool)

  func stemStride(_ stride: Int) -> Int {
    if case .proxy(_, true) = self { return 1 }
    return stride
  }

  func stride(_ stride: Int, ofBlock index: Int) -> Int {
    if case .proxy(let unstrided, _) = self, unstrided.contains(index) { return 1 }
    return stride
  }
}
