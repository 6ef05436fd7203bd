import Datasets
import Reports

extension ImageDataset {
  /// What a user should know of training images before a network is trained on them.
  ///
  /// - Parameter side: of the images that the network reads.
  func notes(side: Int) -> [String] {
    var notes: [String] = []
    if width != side || height != side {
      notes.append("images of \(height)×\(width) are resized to \(side)×\(side)")
    }
    let empty = classHistogram.indices.filter { classHistogram[$0] == 0 }
    if classCount - empty.count == 1 {
      notes.append("warning: all images are of one class, which any network tells")
    } else if let first = empty.first {
      let which =
        empty.count == 1
        ? "one of \(classCount) classes has no image:"
        : "\(empty.count) of \(classCount) classes have no image, the first is"
      notes.append(
        "warning: \(which) \(classNames[first]) (label \(first)); labels count from 0 without gaps")
    }
    return notes
  }
}

extension ImageSubset {
  /// What a user should know of training images and their batches.
  func notes(batchSize: Int) -> [String] {
    guard batchSize > count else { return [] }
    return [
      "warning: batches of \(Numbers.grouped(batchSize)) hold all \(Numbers.grouped(count)) training images, "
        + "so that an epoch is one step"
    ]
  }
}
