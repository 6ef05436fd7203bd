import Datasets
import Evaluation
import Reports

extension DatasetPair {
  /// What a user should know of images before networks are trained on them.
  ///
  /// - Parameter side: of the images that the networks read.
  func notes(side: Int) -> [String] {
    let (trained, tested) = (training.classHistogram, test.classHistogram)
    let untested = trained.indices.filter { trained[$0] > 0 && tested[$0] == 0 }
    guard let first = untested.first else { return training.notes(side: side) }
    return training.notes(side: side) + [
      "warning: no test image is of class \(training.classNames[first]) (label \(first)); a label must "
        + "mean the same in both sets"
    ]
  }
}

extension ImageDataset {
  /// - Parameter side: of the images that the networks read.
  fileprivate func notes(side: Int) -> [String] {
    var notes: [String] = []
    if width != side || height != side {
      notes.append("images of \(height)×\(width) are resized to \(side)×\(side)")
    }
    if pixels.allSatisfy({ $0 == pixels[0] }) {
      notes.append("warning: all pixels of all images are \(pixels[0]): there is nothing to learn")
    } else if pixels.allSatisfy({ $0 <= 1 }) {
      notes.append(
        "warning: no pixel is above 1, where 255 is the brightest; of floats from 0 to 1, save "
          + "(255 * x).round().astype(numpy.uint8)")
    }
    let counts = Dictionary(grouping: classNames, by: { $0 }).mapValues(\.count)
    if let name = classNames.first(where: { counts[$0, default: 0] > 1 }) {
      notes.append("warning: \(counts[name, default: 0]) classes are called \(name)")
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

extension TrainingData {
  /// What a user should know of the images that candidates are scored on.
  var scoringNotes: [String] {
    guard scoring.count < 100 else { return [] }
    // Of the share of right answers where it is one half, at its widest.
    let error = (0.25 / Double(scoring.count)).squareRoot()
    return [
      "warning: accuracy on \(scoring.count) validation image\(scoring.count == 1 ? "" : "s") is "
        + "uncertain by ±\(Numbers.fixed(error, 2)); more images or a larger "
        + "'training.validation-share' tell candidates apart better"
    ]
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
