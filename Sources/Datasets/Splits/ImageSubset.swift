import Randomness

/// Some images of a dataset, by index: no pixel is copied.
package struct ImageSubset: Sendable {
  package let dataset: ImageDataset
  /// Positions in `dataset`, ascending, each once.
  package let indices: [Int]

  package var count: Int { indices.count }

  /// Every index must lie in the dataset.
  package init(_ dataset: ImageDataset, indices: [Int]) {
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < dataset.count }, "an index lies outside the dataset")
    self.dataset = dataset
    self.indices = indices
  }

  /// All images.
  package init(_ dataset: ImageDataset) {
    self.dataset = dataset
    indices = Array(0..<dataset.count)
  }

  /// The order in which an epoch visits the images, from 0: it depends on the stream's key and
  /// the epoch alone.
  package func order(epoch: Int, random: RandomStream) -> [Int] {
    var stream = random.substream("order", epoch)
    return stream.shuffled(indices)
  }
}
