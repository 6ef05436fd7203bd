import Datasets
import Randomness

/// The images of a full training, at the size that the network reads.
package struct FullTrainingData: Sendable {
  package let training: ImageSubset
  /// Held back from the training set; nil where no image is.
  package let validation: ImageSubset?
  package let test: ImageSubset
  /// Of the training images.
  package let normalization: Normalization

  package init(training: ImageSubset, validation: ImageSubset?, test: ImageSubset) {
    self.training = training
    self.validation = validation
    self.test = test
    normalization = Normalization(of: training)
  }
}

extension DatasetPair {
  /// All images, `side` × `side` pixels, with a share of the training set held back.
  ///
  /// - Parameter random: decides which images are held back.
  package func fullTrainingData(
    side: Int, channels: Int, validationShare: Double, random: RandomStream
  ) throws -> FullTrainingData {
    let test = ImageSubset(try self.test.resized(to: side))
    guard validationShare > 0 else {
      try check(channels: channels)
      return FullTrainingData(
        training: ImageSubset(try training.resized(to: side)), validation: nil, test: test)
    }
    let split = try proxyData(
      side: side, channels: channels, validationShare: validationShare, random: random)
    return FullTrainingData(
      training: split.training, validation: split.scoring, test: test)
  }
}
