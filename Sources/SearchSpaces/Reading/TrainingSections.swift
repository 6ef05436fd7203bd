extension SpaceSections {
  private static let standard = TrainingSettings()

  static let training = SpaceSection(
    title: "training",
    keys: [
      SpaceKey(
        "epochs", .integer(1...100_000), standard: "\(standard.epochs)",
        "passes over the training images"),
      SpaceKey(
        "batch-size", .integer(1...65_536), standard: "\(standard.batchSize)", "images per step"),
      SpaceKey(
        "training-images", .or(.integer(1...100_000_000), word: "all"), standard: "all",
        "images of the training split that are used"),
      SpaceKey(
        "validation-share", .number(.above(0, below: 1)),
        standard: plainNumber(standard.validationShare),
        "share of the training set that is held back, alike in every class"),
      SpaceKey(
        "validation-images", .or(.integer(1...100_000_000), word: "all"), standard: "all",
        "images of that share that are used"),
      SpaceKey(
        "optimizer", .words(OptimizerChoice.allCases.map(\.rawValue)),
        standard: standard.optimizer.rawValue,
        "SGD with Nesterov momentum, RMSProp or AdamW"),
      SpaceKey(
        "learning-rate", .number(.above(0, to: 100)), standard: plainNumber(standard.learningRate),
        "at its peak"),
      SpaceKey(
        "momentum", .number(.from(0, below: 1)), standard: plainNumber(standard.momentum),
        "of the optimizer"),
      SpaceKey(
        "weight-decay", .number(.from(0, to: 1)), standard: plainNumber(standard.weightDecay),
        "of the weights of convolutions and the dense layer"),
      SpaceKey(
        "warmup-epochs", .number(.from(0, to: 100_000)),
        standard: plainNumber(standard.warmupEpochs),
        "of linear warm-up before the cosine, less than `epochs`; fractions are allowed"),
      SpaceKey(
        "label-smoothing", .number(.from(0, below: 1)),
        standard: plainNumber(standard.labelSmoothing),
        "share of a label that is spread over all classes"),
      SpaceKey(
        "do-conv", .flag, standard: "\(standard.doConv)",
        "over-parameterized depthwise kernels while training (Cao et al. 2020)"),
      SpaceKey(
        "augmentation", .mapping("training.augmentation"), standard: "{}",
        "random changes of training images"),
      SpaceKey(
        "time-limit", .or(.number(.above(0, to: 1e9)), word: "none"), standard: "none",
        "seconds that one candidate may train"),
      SpaceKey(
        "batch-norm-momentum", .number(.from(0, below: 1)),
        standard: plainNumber(standard.batchNormMomentum),
        "share of the running statistics that a step keeps"),
    ])

  static let augmentation = SpaceSection(
    title: "training.augmentation",
    keys: [
      SpaceKey(
        "crop-padding", .integer(0...2048), standard: "\(standard.augmentation.cropPadding)",
        "mirrored pixels around an image before a random crop back to size"),
      SpaceKey(
        "horizontal-flip", .flag, standard: "\(standard.augmentation.horizontalFlip)",
        "mirrors every second image; wrong for digits and text"),
      SpaceKey(
        "cutout", .integer(0...2048), standard: "\(standard.augmentation.cutout)",
        "side of a random square that is set to the mean; 0 for none"),
    ])
}
