import Datasets
import SearchSpaces

/// How a network is trained to the end.
package struct FullTrainingSettings: Sendable, Hashable, Codable {
  /// `trainingImages`, `validationImages` and `timeLimitSeconds` have no effect.
  package var training: TrainingSettings
  /// Of the moving average of weights, in 0 ..< 1; 0 for none.
  package var averageDecay: Double = 0
  package var mixing = MixingOptions()

  /// Settings of a search, without its limits and with no image held back.
  package init(_ training: TrainingSettings) {
    self.training = training
    self.training.trainingImages = nil
    self.training.validationShare = 0
    self.training.validationImages = nil
    self.training.timeLimitSeconds = nil
  }

  /// The settings of a brief training as they are.
  static func brief(_ training: TrainingSettings) -> FullTrainingSettings {
    var settings = FullTrainingSettings(training)
    settings.training = training
    return settings
  }
}
