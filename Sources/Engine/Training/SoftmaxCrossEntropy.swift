import Foundation
import Kernels

/// Softmax cross-entropy with label smoothing (Szegedy et al. 2016): the target is
/// `1 - smoothing` on the label plus `smoothing / classes` on every class.
struct SoftmaxCrossEntropy {
  let classes: Int
  let smoothing: Double

  /// The loss summed over the images, and how many have their label's logit as the first largest.
  ///
  /// Each row is shifted by its maximum before `exp`, so no finite logit overflows. Logits that
  /// are not all finite give a loss that is not a number.
  ///
  /// - Parameter gradient: receives the gradient of the *mean* loss, `[images, classes]`.
  func evaluate(
    images: Int, logits: Input, labels: UnsafePointer<Int32>, gradient: Output?
  ) -> (lossSum: Double, correct: Int) {
    var lossSum = 0.0
    var correct = 0
    for image in 0..<images {
      let row = logits + image * classes
      let label = Int(labels[image])
      let largest = indexOfMaximum(row)
      if largest == label { correct += 1 }
      let maximum = Double(row[largest])
      var exponentials = 0.0
      var sum = 0.0
      for index in 0..<classes {
        let shifted = Double(row[index]) - maximum
        exponentials += exp(shifted)
        sum += shifted
      }
      let logarithm = log(exponentials)
      lossSum +=
        logarithm - (1 - smoothing) * (Double(row[label]) - maximum)
        - smoothing * sum / Double(classes)
      guard let gradient else { continue }
      let target = gradient + image * classes
      let share = smoothing / Double(classes)
      for index in 0..<classes {
        let probability = exp(Double(row[index]) - maximum) / exponentials
        let wanted = index == label ? 1 - smoothing + share : share
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
