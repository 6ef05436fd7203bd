/// Training and test images as a source delivers them; validation images come out of `training`.
package struct DatasetPair: Sendable {
  package let training: ImageDataset
  package let test: ImageDataset
  /// Hexadecimal digest of all pixels, labels and sizes.
  package let fingerprint: String

  /// Throws `DatasetError.inconsistent` where the two differ in size or classes, or one is empty.
  package init(training: ImageDataset, test: ImageDataset) throws {
    guard training.count > 0, test.count > 0 else {
      throw DatasetError.inconsistent(
        "\(training.count) training and \(test.count) test images; both need some")
    }
    let sizes = [training, test].map { "\($0.height)×\($0.width)×\($0.channels)" }
    guard sizes[0] == sizes[1] else {
      throw DatasetError.inconsistent(
        "training images of \(sizes[0]) and test images of \(sizes[1])")
    }
    guard training.classNames == test.classNames else {
      throw DatasetError.inconsistent("training and test images of different classes")
    }
    self.training = training
    self.test = test
    self.fingerprint = Datasets.fingerprint(of: [training, test])
  }
}
