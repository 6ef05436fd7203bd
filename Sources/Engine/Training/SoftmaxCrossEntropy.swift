import Foundation
import Kernels

/// Softmax cross-entropy with label smoothing (Szegedy et al. 2016): the target is
/// `1 - smoothing` on the label plus `smoothing / classes` on every class. Of two mixed images,
/// the labels divide the `1 - smoothing` by their shares.
struct SoftmaxCrossEntropy {
  let classes: Int
  let smoothing: Double

  /// The second label of each image of a mixed batch.
  struct Partners {
    /// `[images]`
    let labels: UnsafePointer<Int32>
    /// Of the target, 0 … 1, for all images alike.
    let share: Double
  }

  /// The loss summed over the images, and how many have their label's logit as the first largest;
  /// of mixed images, that of the label with the larger share.
  ///
  /// Each row is shifted by its maximum before `exp`, so no finite logit overflows. Logits that
  /// are not all finite give a loss that is not finite.
  ///
  /// - Parameters:
  ///   - partners: nil where no images are mixed.
  ///   - gradient: receives the gradient of the *mean* loss, `[images, classes]`.
  func evaluate(
    images: Int, logits: Input, labels: UnsafePointer<Int32>, partners: Partners? = nil,
    gradient: Output?
  ) -> (lossSum: Double, correct: Int) {
    var lossSum = 0.0
    var correct = 0
    for image in 0..<images {
      let row = logits + image * classes
      let label = Int(labels[image])
      let partner = partners.map { Int($0.labels[image]) } ?? label
      let partnerShare = partner == label ? 0 : partners?.share ?? 0
      let largest = indexOfMaximum(row)
      if largest == (partnerShare > 0.5 ? partner : label) { correct += 1 }
      let maximum = Double(row[largest])
      var exponentials = 0.0
      var sum = 0.0
      for index in 0..<classes {
        let shifted = Double(row[index]) - maximum
        exponentials += exp(shifted)
        sum += shifted
      }
      let logarithm = log(exponentials)
      var labelled = Double(row[label]) - maximum
      if partnerShare > 0 {
        labelled =
          (1 - partnerShare) * labelled + partnerShare * (Double(row[partner]) - maximum)
      }
      lossSum +=
        logarithm - (1 - smoothing) * labelled - smoothing * sum / Double(classes)
      guard let gradient else { continue }
      let target = gradient + image * classes
      let share = smoothing / Double(classes)
      for index in 0..<classes {
        let probability = exp(Double(row[index]) - maximum) / exponentials
        var wanted = share
        if index == label {
          wanted = (1 - smoothing) * (1 - partnerShare) + share
        } else if index == partner {
          wanted = (1 - smoothing) * partnerShare + share
        }
        target[index] = Float((probability - wanted) / Double(images))
      }
    }
    return (lossSum, correct)
  }

  private func indexOfMaximum(_ row: Input) -> Int {
    var best = 0
    for index in 1..<max(classes, 1) where row[index] > row[best] { best = index }
    return best
  }
}
