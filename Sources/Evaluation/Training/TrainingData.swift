import Datasets
import Randomness
import SearchSpaces

/// The images that networks are trained and scored on, at the size that they read.
package struct TrainingData: Sendable {
  package let training: ImageSubset
  /// Of the training set as well.
  package let scoring: ImageSubset
  /// Of the training images.
  package let normalization: Normalization

  package init(training: ImageSubset, scoring: ImageSubset) {
    self.training = training
    self.scoring = scoring
    normalization = Normalization(of: training)
  }

  package var classes: Int { training.dataset.classCount }
}

/// Why images don't suit a network or a search space.
package enum TrainingDataError: Error, Sendable, Hashable {
  case channelsDiffer(network: Int, images: Int)
  /// A training set too small for the share that is held back.
  case tooFewImages(training: Int, validation: Int)
}

extension TrainingDataError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .channelsDiffer(let network, let images):
      "the network reads images of \(Self.prose(network)), but the dataset has images of "
        + "\(Self.prose(images)); change 'input.channels' of the space or the genome file, or choose "
        + "other data with --dataset; trained weights are bound to their channels"
        + (images > 4 ? ". NumPy arrays have their channels last: [n, h, w, c]" : "")
    case .tooFewImages(let training, let validation):
      "\(training) images are left for training and \(validation) for validation; both need at "
        + "least one: change the share that is held back (--validation, or 'training.validation-share' "
        + "and 'training.validation-images' of a space), or add images"
    }
  }

  private static func prose(_ channels: Int) -> String {
    switch channels {
    case 1: "1 channel (gray)"
    case 3: "3 channels (color)"
    default: "\(channels) channels"
    }
  }
}

extension DatasetPair {
  /// The images that a search's candidates are trained and scored on.
  ///
  /// - Parameter seed: of the search.
  /// - Throws: `TrainingDataError`.
  package func proxyData(
    side: Int, channels: Int, settings: TrainingSettings, seed: UInt64
  ) throws -> TrainingData {
    try proxyData(
      side: side, channels: channels, validationShare: settings.validationShare,
      trainingImages: settings.trainingImages, validationImages: settings.validationImages,
      random: RandomStream(seed: seed))
  }

  /// Training and held-back images for candidates, `side` × `side` pixels.
  ///
  /// - Parameter random: decides which images are held back.
  package func proxyData(
    side: Int, channels: Int, validationShare: Double, trainingImages: Int? = nil,
    validationImages: Int? = nil, random: RandomStream
  ) throws -> TrainingData {
    try check(channels: channels)
    let split = try training.resized(to: side).split(
      validationShare: validationShare, maximumTraining: trainingImages,
      maximumValidation: validationImages, random: random)
    guard split.training.count > 0, split.validation.count > 0 else {
      throw TrainingDataError.tooFewImages(
        training: split.training.count, validation: split.validation.count)
    }
    return TrainingData(training: split.training, scoring: split.validation)
  }

  func check(channels: Int) throws(TrainingDataError) {
    guard training.channels == channels else {
      throw .channelsDiffer(network: channels, images: training.channels)
    }
  }
}
