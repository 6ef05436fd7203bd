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

  /// The first setting with a value that no training can have, nil where all can be. Options and
  /// space files are checked where they are read; this is for a file that somebody has edited.
  package var impossibleSetting: String? {
    let numbers: [(name: String, key: String, value: Double)] = [
      ("epochs", "epochs", Double(training.epochs)),
      ("batchSize", "batch-size", Double(training.batchSize)),
      ("learningRate", "learning-rate", training.learningRate),
      ("momentum", "momentum", training.momentum),
      ("weightDecay", "weight-decay", training.weightDecay),
      ("warmupEpochs", "warmup-epochs", training.warmupEpochs),
      ("labelSmoothing", "label-smoothing", training.labelSmoothing),
      ("batchNormMomentum", "batch-norm-momentum", training.batchNormMomentum),
      ("augmentation.cropPadding", "crop-padding", Double(training.augmentation.cropPadding)),
      ("augmentation.cutout", "cutout", Double(training.augmentation.cutout)),
    ]
    for (name, key, value) in numbers where !TrainingSettings.allowed(key).contains(value) {
      return "training." + name
    }
    let share = 0.0..<1
    if !share.contains(training.validationShare) { return "training.validationShare" }
    if !share.contains(averageDecay) { return "averageDecay" }
    return [mixing.mixup, mixing.cutmix].allSatisfy(MixingOptions.isAllowed) ? nil : "mixing"
  }

  /// The settings of a brief training as they are.
  static func brief(_ training: TrainingSettings) -> FullTrainingSettings {
    var settings = FullTrainingSettings(training)
    settings.training = training
    return settings
  }
}
