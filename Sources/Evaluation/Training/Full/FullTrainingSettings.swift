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
    let share = 0.0..<1
    let checks: [(String, Bool)] = [
      ("epochs", (1...100_000).contains(training.epochs)),
      ("batchSize", (1...65_536).contains(training.batchSize)),
      ("validationShare", share.contains(training.validationShare)),
      ("learningRate", training.learningRate > 0 && training.learningRate.isFinite),
      ("momentum", share.contains(training.momentum)),
      ("weightDecay", (0...1).contains(training.weightDecay)),
      ("warmupEpochs", (0...100_000).contains(training.warmupEpochs)),
      ("labelSmoothing", share.contains(training.labelSmoothing)),
      ("batchNormMomentum", share.contains(training.batchNormMomentum)),
      ("augmentation.cropPadding", (0...2048).contains(training.augmentation.cropPadding)),
      ("augmentation.cutout", (0...2048).contains(training.augmentation.cutout)),
    ]
    if let (key, _) = checks.first(where: { !$0.1 }) { return "training." + key }
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
