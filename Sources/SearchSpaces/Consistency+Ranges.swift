extension SearchSpace {
  /// A number that its key would not take.
  func rangeFault() -> Fault? {
    let augmentation = training.augmentation
    let numbers: [(section: SpaceSection, key: String, value: Double?)] = [
      (SpaceSections.input, "resolution", Double(input.resolution)),
      (SpaceSections.input, "channels", Double(input.channels)),
      (SpaceSections.proxy, "resolution", Double(input.proxy.resolution)),
      (SpaceSections.stem, "channels", Double(stem.channels)),
      (SpaceSections.stem, "kernel", Double(stem.kernel)),
      (SpaceSections.stem, "stride", Double(stem.stride)),
      (SpaceSections.head, "channels", Double(head.channels)),
      (SpaceSections.head, "dropout", head.dropout),
      (SpaceSections.objective, "exponent", objective.exponent),
      (SpaceSections.strategy, "evaluations", Double(strategy.evaluations)),
      (SpaceSections.strategy, "population", Double(strategy.population)),
      (SpaceSections.strategy, "sample", Double(strategy.sample)),
      (SpaceSections.strategy, "lookahead", Double(strategy.lookahead)),
      (SpaceSections.training, "epochs", Double(training.epochs)),
      (SpaceSections.training, "batch-size", Double(training.batchSize)),
      (SpaceSections.training, "training-images", training.trainingImages.map(Double.init)),
      (SpaceSections.training, "validation-share", training.validationShare),
      (SpaceSections.training, "validation-images", training.validationImages.map(Double.init)),
      (SpaceSections.training, "learning-rate", training.learningRate),
      (SpaceSections.training, "momentum", training.momentum),
      (SpaceSections.training, "weight-decay", training.weightDecay),
      (SpaceSections.training, "warmup-epochs", training.warmupEpochs),
      (SpaceSections.training, "label-smoothing", training.labelSmoothing),
      (SpaceSections.training, "time-limit", training.timeLimitSeconds),
      (SpaceSections.training, "batch-norm-momentum", training.batchNormMomentum),
      (SpaceSections.augmentation, "crop-padding", Double(augmentation.cropPadding)),
      (SpaceSections.augmentation, "cutout", Double(augmentation.cutout)),
      (SpaceSections.latency, "threads", Double(latency.threads)),
      (SpaceSections.latency, "warmup-runs", Double(latency.warmupRuns)),
      (SpaceSections.latency, "minimum-runs", Double(latency.minimumRuns)),
      (SpaceSections.latency, "maximum-runs", Double(latency.maximumRuns)),
      (SpaceSections.latency, "seconds", latency.seconds),
    ]
    for (section, key, value) in numbers {
      let allowed = section.key(key).allowed
      guard let value, !allowed.contains(value) else { continue }
      return Fault(
        "\(section.title).\(key)",
        .wrongValue(found: "'\(plainNumber(value))'", allowed: "\(allowed)"))
    }
    return nil
  }
}

extension TrainingSettings {
  /// What a setting may be, by its key in the section `training` or `training.augmentation`, which
  /// must be one of them.
  package static func allowed(_ key: String) -> Allowed {
    let augmentation = SpaceSections.augmentation
    let section =
      augmentation.keys.contains { $0.name == key } ? augmentation : SpaceSections.training
    return section.key(key).allowed
  }
}

extension Allowed {
  /// Whether a number may stand there.
  package func contains(_ value: Double) -> Bool {
    switch self {
    case .integer(let range): Int(exactly: value).map(range.contains) ?? false
    case .oddInteger(let range):
      Int(exactly: value).map { range.contains($0) && $0 % 2 == 1 } ?? false
    case .number(let range): range.contains(value)
    case .or(let allowed, _): allowed.contains(value)
    default: false
    }
  }
}
