import Randomness

/// What of training is not the graph's.
package struct TrainingOptions: Sendable {
  /// Share of the target that is spread over all classes, in 0 ..< 1.
  package var labelSmoothing: Double
  /// Trains each mixed depthwise kernel as a product that folds away (DO-Conv).
  package var overparameterizesDepthwise: Bool
  /// Also computes the gradient of the loss with respect to the images.
  package var needsInputGradient: Bool
  /// Where dropout draws from.
  package var random: RandomStream

  package init(
    labelSmoothing: Double = 0, overparameterizesDepthwise: Bool = false,
    needsInputGradient: Bool = false, random: RandomStream
  ) {
    self.labelSmoothing = labelSmoothing
    self.overparameterizesDepthwise = overparameterizesDepthwise
    self.needsInputGradient = needsInputGradient
    self.random = random
  }
}

/// What a batch gave, in training or evaluation.
package struct BatchResult: Sendable, Hashable, Codable {
  package var images: Int
  /// Summed over the images.
  package var lossSum: Double
  /// Images whose largest logit is that of their label; of mixed images, of the label with the
  /// larger share.
  package var correct: Int

  package init(images: Int = 0, lossSum: Double = 0, correct: Int = 0) {
    self.images = images
    self.lossSum = lossSum
    self.correct = correct
  }

  package var meanLoss: Double { lossSum / Double(images) }
  package var accuracy: Double { Double(correct) / Double(images) }

  package static func += (sum: inout BatchResult, batch: BatchResult) {
    sum.images += batch.images
    sum.lossSum += batch.lossSum
    sum.correct += batch.correct
  }
}

/// Why a training can't go on.
package enum TrainingError: Error, Sendable, Hashable {
  /// The loss was infinite or not a number. Nothing but running statistics has changed in this
  /// step.
  case diverged(step: Int)
}

extension TrainingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .diverged(let step):
      "the loss of step \(step) is not finite: training diverged; a lower learning rate or a "
        + "longer warm-up may help"
    }
  }
}
