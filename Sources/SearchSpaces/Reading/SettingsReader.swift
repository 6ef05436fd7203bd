func readObjective(_ table: YAMLTable) throws(SpaceError) -> ObjectiveSettings {
  var objective = ObjectiveSettings(target: 1)
  try table.read("cost", into: &objective.cost, word)
  try table.read("form", into: &objective.form, word)
  let target = try table.needed("target")
  let text = try target.text()
  do throws(CostTarget.Problem) {
    objective.target = try CostTarget(parsing: text).value(for: objective.cost)
  } catch {
    throw target.file.error(at: target.path, .targetUnit(error))
  }
  try table.read("exponent", into: &objective.exponent, number)
  return objective
}

func readStrategy(_ table: YAMLTable) throws(SpaceError) -> StrategySettings {
  var strategy = StrategySettings()
  try table.read("kind", into: &strategy.kind, word)
  try table.read("evaluations", into: &strategy.evaluations, integer)
  try table.read("population", into: &strategy.population, integer)
  try table.read("sample", into: &strategy.sample, integer)
  try table.read("lookahead", into: &strategy.lookahead, integer)
  return strategy
}

func readTraining(_ table: YAMLTable) throws(SpaceError) -> TrainingSettings {
  var training = TrainingSettings()
  try table.read("epochs", into: &training.epochs, integer)
  try table.read("batch-size", into: &training.batchSize, integer)
  try table.read("training-images", into: &training.trainingImages, integerUnlessWord)
  try table.read("validation-share", into: &training.validationShare, number)
  try table.read("validation-images", into: &training.validationImages, integerUnlessWord)
  try table.read("optimizer", into: &training.optimizer, word)
  try table.read("learning-rate", into: &training.learningRate, number)
  try table.read("momentum", into: &training.momentum, number)
  try table.read("weight-decay", into: &training.weightDecay, number)
  try table.read("warmup-epochs", into: &training.warmupEpochs, number)
  try table.read("label-smoothing", into: &training.labelSmoothing, number)
  try table.read("do-conv", into: &training.doConv, flag)
  try table.read("time-limit", into: &training.timeLimitSeconds, numberUnlessWord)
  try table.read("batch-norm-momentum", into: &training.batchNormMomentum, number)
  training.augmentation = try readAugmentation(
    table.table("augmentation", SpaceSections.augmentation))
  return training
}

private func readAugmentation(_ table: YAMLTable) throws(SpaceError) -> AugmentationSettings {
  var augmentation = AugmentationSettings()
  try table.read("crop-padding", into: &augmentation.cropPadding, integer)
  try table.read("horizontal-flip", into: &augmentation.horizontalFlip, flag)
  try table.read("cutout", into: &augmentation.cutout, integer)
  return augmentation
}

func readLatency(_ table: YAMLTable) throws(SpaceError) -> LatencySettings {
  var latency = LatencySettings()
  try table.read("threads", into: &latency.threads, integer)
  try table.read("warmup-runs", into: &latency.warmupRuns, integer)
  try table.read("minimum-runs", into: &latency.minimumRuns, integer)
  try table.read("maximum-runs", into: &latency.maximumRuns, integer)
  try table.read("seconds", into: &latency.seconds, number)
  return latency
}
