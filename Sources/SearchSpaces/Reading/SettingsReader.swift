func readObjective(_ table: YAMLTable) throws(SpaceError) -> ObjectiveSettings {
  var objective = ObjectiveSettings(target: 1)
  if let field = try table.field("cost") { objective.cost = try field.word(CostKind.self) }
  if let field = try table.field("form") {
    objective.form = try field.word(ObjectiveSettings.Form.self)
  }
  let target = try table.needed("target")
  let text = try target.text()
  do throws(CostTarget.Problem) {
    objective.target = try CostTarget(parsing: text).value(for: objective.cost)
  } catch {
    throw target.file.error(at: target.path, .targetUnit(error))
  }
  if let field = try table.field("exponent") { objective.exponent = try field.number() }
  return objective
}

func readStrategy(_ table: YAMLTable) throws(SpaceError) -> StrategySettings {
  var strategy = StrategySettings()
  if let field = try table.field("kind") {
    strategy.kind = try field.word(StrategySettings.Kind.self)
  }
  if let field = try table.field("evaluations") { strategy.evaluations = try field.integer() }
  if let field = try table.field("population") { strategy.population = try field.integer() }
  if let field = try table.field("sample") { strategy.sample = try field.integer() }
  if let field = try table.field("lookahead") { strategy.lookahead = try field.integer() }
  return strategy
}

func readTraining(_ table: YAMLTable) throws(SpaceError) -> TrainingSettings {
  var training = TrainingSettings()
  if let field = try table.field("epochs") { training.epochs = try field.integer() }
  if let field = try table.field("batch-size") { training.batchSize = try field.integer() }
  if let field = try table.field("training-images") {
    training.trainingImages = try field.unlessWord(integer)
  }
  if let field = try table.field("validation-share") {
    training.validationShare = try field.number()
  }
  if let field = try table.field("validation-images") {
    training.validationImages = try field.unlessWord(integer)
  }
  if let field = try table.field("optimizer") {
    training.optimizer = try field.word(OptimizerChoice.self)
  }
  if let field = try table.field("learning-rate") { training.learningRate = try field.number() }
  if let field = try table.field("momentum") { training.momentum = try field.number() }
  if let field = try table.field("weight-decay") { training.weightDecay = try field.number() }
  if let field = try table.field("warmup-epochs") { training.warmupEpochs = try field.number() }
  if let field = try table.field("label-smoothing") {
    training.labelSmoothing = try field.number()
  }
  if let field = try table.field("do-conv") { training.doConv = try field.flag() }
  if let field = try table.field("time-limit") {
    training.timeLimitSeconds = try field.unlessWord { field throws(SpaceError) in
      try field.number()
    }
  }
  if let field = try table.field("batch-norm-momentum") {
    training.batchNormMomentum = try field.number()
  }
  training.augmentation = try readAugmentation(
    table.table("augmentation", SpaceSections.augmentation))
  return training
}

private func readAugmentation(_ table: YAMLTable) throws(SpaceError) -> AugmentationSettings {
  var augmentation = AugmentationSettings()
  if let field = try table.field("crop-padding") { augmentation.cropPadding = try field.integer() }
  if let field = try table.field("horizontal-flip") {
    augmentation.horizontalFlip = try field.flag()
  }
  if let field = try table.field("cutout") { augmentation.cutout = try field.integer() }
  return augmentation
}

func readLatency(_ table: YAMLTable) throws(SpaceError) -> LatencySettings {
  var latency = LatencySettings()
  if let field = try table.field("threads") { latency.threads = try field.integer() }
  if let field = try table.field("warmup-runs") { latency.warmupRuns = try field.integer() }
  if let field = try table.field("minimum-runs") { latency.minimumRuns = try field.integer() }
  if let field = try table.field("maximum-runs") { latency.maximumRuns = try field.integer() }
  if let field = try table.field("seconds") { latency.seconds = try field.number() }
  return latency
}

private func integer(_ field: YAMLField) throws(SpaceError) -> Int { try field.integer() }
