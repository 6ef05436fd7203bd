import ArgumentParser
import Datasets
import Evaluation
import SearchSpaces

extension OptimizerChoice: ExpressibleByArgument {}

/// How a full training differs from the settings of the run that the network comes from, or from
/// the defaults.
struct TrainingChoices: ParsableArguments {
  @Option(help: "Passes over the training images. (default: 10)")
  var epochs: Int?

  @Option(
    help: """
      Seed of weights, held-back images, order, augmentation and mixing, instead of an earlier \
      training's or 0.
      """)
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Share of the training images, of each class, to hold back. The best epoch is then chosen "
        + "by their accuracy; without them it is the last one. Instead of an earlier training's "
        + "or 0.",
      valueName: "share"))
  var validation: Double?

  @Option(help: "Images per step, instead of the run's or 64.")
  var batchSize: Int?

  @Option(help: "sgd (Nesterov's), rmsprop or adamw, instead of the run's or sgd.")
  var optimizer: OptimizerChoice?

  @Option(
    help: ArgumentHelp(
      "Peak learning rate, instead of the run's or 0.1.", valueName: "rate"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Instead of the run's or 4e-5.", valueName: "decay"))
  var weightDecay: Double?

  @Option(
    help: ArgumentHelp(
      "Epochs, or a fraction, in which the learning rate rises, instead of the run's or 0.25.",
      valueName: "epochs"))
  var warmupEpochs: Double?

  @Option(
    help: ArgumentHelp(
      "Share of the target that is spread over all classes, instead of the run's or 0.1.",
      valueName: "share"))
  var labelSmoothing: Double?

  @Option(
    help: ArgumentHelp(
      "Deploy a moving average of the weights with this decay, 0.999 for instance. Instead of an "
        + "earlier training's or none (0).",
      valueName: "decay"))
  var ema: Double?

  @Option(
    help: ArgumentHelp(
      "Train on weighted sums of two images; 0.1 to 0.4 are usual. Instead of an earlier "
        + "training's or none (0).", valueName: "alpha"))
  var mixup: Double?

  @Option(
    help: ArgumentHelp(
      "Train on images with a part of another one; 1 is usual. Instead of an earlier training's "
        + "or none (0).", valueName: "alpha"))
  var cutmix: Double?

  @Option(
    help: ArgumentHelp(
      "Border for random crops, instead of the run's or none.", valueName: "pixels"))
  var cropPadding: Int?

  @Option(
    help: ArgumentHelp(
      "Side of a random square that is blanked, instead of the run's or none.",
      valueName: "pixels"))
  var cutout: Int?

  @Flag(inversion: .prefixedNo, help: "Mirror half of the images, instead of the run's choice.")
  var horizontalFlip: Bool?

  func validate() throws {
    // As in a space file.
    let settings: [(key: String, value: Double?)] = [
      ("epochs", epochs.map(Double.init)), ("batch-size", batchSize.map(Double.init)),
      ("learning-rate", learningRate), ("weight-decay", weightDecay),
      ("warmup-epochs", warmupEpochs), ("label-smoothing", labelSmoothing),
      ("crop-padding", cropPadding.map(Double.init)), ("cutout", cutout.map(Double.init)),
    ]
    for (key, value) in settings {
      let allowed = TrainingSettings.allowed(key)
      try check("--" + key, value, "\(allowed)", allowed.contains)
    }
    try check("--validation", validation, "from 0 to below 1") { (0..<1).contains($0) }
    try check("--ema", ema, "from 0 to below 1") { (0..<1).contains($0) }
    try check("--mixup", mixup, MixingOptions.allowed, MixingOptions.isAllowed)
    try check("--cutmix", cutmix, MixingOptions.allowed, MixingOptions.isAllowed)
  }

  private func check(
    _ option: String, _ value: Double?, _ allowed: String, _ isAllowed: (Double) -> Bool
  ) throws {
    if let value, !isAllowed(value) {
      throw ValidationError("\(option) must be \(allowed), not \(plainNumber(value)).")
    }
  }

  /// The options that were given, as written.
  var given: [String] {
    let all: [(String, Any?)] = [
      ("--epochs", epochs), ("--seed", seed), ("--validation", validation),
      ("--batch-size", batchSize), ("--optimizer", optimizer),
      ("--learning-rate", learningRate), ("--weight-decay", weightDecay),
      ("--warmup-epochs", warmupEpochs), ("--label-smoothing", labelSmoothing), ("--ema", ema),
      ("--mixup", mixup), ("--cutmix", cutmix), ("--crop-padding", cropPadding),
      ("--cutout", cutout), ("--horizontal-flip", horizontalFlip),
    ]
    return all.filter { $0.1 != nil }.map(\.0)
  }

  /// The settings of the training.
  ///
  /// - Parameter base: of the run or training that the network comes from, or the defaults.
  func settings(over base: FullTrainingSettings) -> FullTrainingSettings {
    var settings = base
    settings.training.epochs = epochs ?? 10
    settings.training.validationShare = validation ?? base.training.validationShare
    settings.training.batchSize = batchSize ?? base.training.batchSize
    settings.training.optimizer = optimizer ?? base.training.optimizer
    settings.training.learningRate = learningRate ?? base.training.learningRate
    settings.training.weightDecay = weightDecay ?? base.training.weightDecay
    settings.training.warmupEpochs =
      warmupEpochs ?? min(base.training.warmupEpochs, Double(settings.training.epochs) / 2)
    settings.training.labelSmoothing = labelSmoothing ?? base.training.labelSmoothing
    settings.averageDecay = ema ?? base.averageDecay
    settings.mixing = MixingOptions(
      mixup: mixup ?? base.mixing.mixup, cutmix: cutmix ?? base.mixing.cutmix)
    let augmentation = base.training.augmentation
    settings.training.augmentation.cropPadding = cropPadding ?? augmentation.cropPadding
    settings.training.augmentation.cutout = cutout ?? augmentation.cutout
    settings.training.augmentation.horizontalFlip = horizontalFlip ?? augmentation.horizontalFlip
    return settings
  }
}
