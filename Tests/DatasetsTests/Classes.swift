import Datasets

extension ImageDataset {
  /// Name of the class of one image.
  func className(of index: Int) -> String { classNames[Int(labels[index])] }
}

extension ImageSubset {
  /// Images of each class, `[classCount]`.
  var classHistogram: [Int] {
    var histogram = [Int](repeating: 0, count: dataset.classCount)
    for index in indices { histogram[Int(dataset.labels[index])] += 1 }
    return histogram
  }
}
