import Architectures
import Foundation
import Testing

@testable import SearchSpaces

@Suite struct ReaderTests {
  @Test func whatIsLeftOutHasItsDefault() throws {
    let space = try read(minimal())
    #expect(
      space
        == SearchSpace(
          name: "test", input: InputSettings(resolution: 32),
          stem: Genome.Stem(channels: 16, stride: 2), stages: [Stage(channels: [24])],
          head: Genome.Head(channels: 64), objective: ObjectiveSettings(target: 5)))
    #expect(space.training == TrainingSettings() && space.strategy == StrategySettings())
    #expect(space.input.proxy == ProxySettings(resolution: 32))
  }

  @Test func everyKeyIsRead() throws {
    let space = try read(
      """
      name: full
      input: {resolution: 224, channels: 1, proxy: {resolution: 32, unstrided: [stem, 2]}}
      stem: {channels: 24, kernel: 5, stride: 2, activation: hard-swish}
      stages:
        - channels: [16, 24]
          width-multipliers: [1, 1.3]
          repeats: [1, 2]
          kernels: [[3], [3, 5], 3.5.7, 13]
          split: [exponential, equal]
          dilated: [false, true]
          expansion: [1.5, 4]
          expand-groups: [1, 2]
          project-groups: [1, 2]
          squeeze-excitation: [0, 0.25]
          activation: [relu, swish]
          skip: [true, false]
        - {stride: 2, channels: 40}
      head: {channels: 512, activation: swish, dropout: 0.2}
      objective: {cost: multiply-adds, form: limit, target: 6M, exponent: -0.1}
      strategy: {kind: random, evaluations: 7, population: 5, sample: 3, lookahead: 2}
      training:
        epochs: 3
        batch-size: 32
        training-images: 10_000
        validation-share: 0.2
        validation-images: 500
        optimizer: adamw
        learning-rate: 1e-3
        momentum: 0.8
        weight-decay: 0.05
        warmup-epochs: 0.5
        label-smoothing: 0
        do-conv: true
        augmentation: {crop-padding: 4, horizontal-flip: true, cutout: 8}
        time-limit: 60
        batch-norm-momentum: 0.95
      latency: {threads: 2, warmup-runs: 3, minimum-runs: 11, maximum-runs: 99, seconds: 0.5}
      """)
    #expect(space.input.channels == 1 && space.input.proxy.unstrided == [0, 2])
    #expect(space.input.proxy.resolution == 32)
    #expect(space.stem == Genome.Stem(channels: 24, kernel: 5, stride: 2, activation: .hardSwish))
    #expect(
      space.stages[0]
        == Stage(
          repeats: [1, 2], kernels: [[3], [3, 5], [3, 5, 7], [13]],
          split: [.exponential, .equal], dilated: [false, true], expansion: [1.5, 4],
          expandGroups: [1, 2], projectGroups: [1, 2], squeezeExcitation: [0, 0.25],
          activation: [.relu, .swish], channels: [16, 24, 32], skip: [true, false]))
    #expect(space.stages[1].stride == 2)
    #expect(space.head == Genome.Head(channels: 512, activation: .swish, dropout: 0.2))
    var objective = ObjectiveSettings(target: 6e6)
    objective.cost = .multiplyAdds
    objective.form = .limit
    objective.exponent = -0.1
    #expect(space.objective == objective)
    #expect(space.strategy.kind == .random && space.strategy.evaluations == 7)
    #expect(space.strategy.population == 5 && space.strategy.sample == 3)
    #expect(space.strategy.lookahead == 2)
    let training = space.training
    #expect(training.epochs == 3 && training.batchSize == 32 && training.trainingImages == 10_000)
    #expect(training.validationShare == 0.2 && training.validationImages == 500)
    #expect(training.optimizer == .adamw && training.learningRate == 1e-3)
    #expect(training.momentum == 0.8 && training.weightDecay == 0.05)
    #expect(training.warmupEpochs == 0.5 && training.labelSmoothing == 0 && training.doConv)
    #expect(training.augmentation.cropPadding == 4 && training.augmentation.horizontalFlip)
    #expect(training.augmentation.cutout == 8 && training.timeLimitSeconds == 60)
    #expect(training.batchNormMomentum == 0.95)
    #expect(space.latency.threads == 2 && space.latency.warmupRuns == 3)
    #expect(space.latency.minimumRuns == 11 && space.latency.maximumRuns == 99)
    #expect(space.latency.seconds == 0.5)
  }

  @Test func stagesTakeWhatDefaultsSay() throws {
    let space = try read(
      minimal(
        stages: "[{channels: 24}, {channels: 32, repeats: 3, stride: 1}]",
        more: "defaults: {repeats: [1, 2], stride: 2, kernels: 3.5}"))
    #expect(space.stages.map(\.repeats) == [[1, 2], [3]])
    #expect(space.stages.map(\.stride) == [2, 1])
    #expect(space.stages.map(\.kernels) == [[[3, 5]], [[3, 5]]])
  }

  @Test(
    "Kernels may be written in several ways",
    arguments: [
      ("3", [[3]]), ("3.5", [[3, 5]]), ("[3, 5]", [[3], [5]]), ("[[3, 5]]", [[3, 5]]),
      ("[3.5.7, [9], 13]", [[3, 5, 7], [9], [13]]),
    ])
  func kernels(text: String, sets: [[Int]]) throws {
    #expect(
      try read(minimal(stages: "[{channels: 24, kernels: \(text)}]")).stages[0].kernels == sets)
  }

  @Test(
    "Width multipliers round to multiples of 8 and merge",
    arguments: [
      ("24, width-multipliers: [1, 0.75, 1.25]", [24, 32]),
      ("[20, 24], width-multipliers: 1", [20, 24]),
      ("8, width-multipliers: [0.75, 1]", [8]),
      ("[16, 24], width-multipliers: [1, 1.5]", [16, 24, 40]),
    ])
  func widths(text: String, channels: [Int]) throws {
    #expect(try read(minimal(stages: "[{channels: \(text)}]")).stages[0].channels == channels)
  }

  @Test(arguments: shippedSpaces) func aFrozenSpaceIsTheSame(name: String) throws {
    let space = try shippedSpace(name)
    let data = try JSONEncoder().encode(space)
    #expect(try JSONDecoder().decode(SearchSpace.self, from: data) == space)
  }

  @Test func aFrozenSpaceIsChecked() throws {
    var space = try read(minimal())
    try space.validate(file: "run.json")
    for resolution in [Int.max, 0, -1, .min] {
      space.input.resolution = resolution
      let error = #expect(throws: SpaceError.self) { try space.validate(file: "run.json") }
      #expect(error?.key == "input.resolution")
    }
    space.input.resolution = 32
    space.input.proxy.resolution = .max
    #expect(throws: SpaceError.self) { try space.validate(file: "run.json") }
    space.input.proxy.resolution = 32
    try space.validate(file: "run.json")
    let impossible: [(String, (inout SearchSpace) -> Void)] = [
      ("strategy.lookahead", { $0.strategy.lookahead = 0 }),
      ("training.batch-size", { $0.training.batchSize = -1 }),
      ("training.epochs", { $0.training.epochs = .max }),
      ("training.validation-images", { $0.training.validationImages = 0 }),
      ("training.validation-share", { $0.training.validationShare = 2 }),
      ("training.label-smoothing", { $0.training.labelSmoothing = .nan }),
      ("training.augmentation.cutout", { $0.training.augmentation.cutout = -1 }),
      ("latency.threads", { $0.latency.threads = 0 }), ("stem.kernel", { $0.stem.kernel = 2 }),
      ("stages[1].stride", { $0.stages[0].stride = .max }),
    ]
    for (key, edit) in impossible {
      var edited = space
      edit(&edited)
      let error = #expect(throws: SpaceError.self) { try edited.validate(file: "run.json") }
      #expect(error?.key == key)
    }
    space.stages[0].kernels = [[3, 5, 7, 9, 11, 13]]
    space.stages[0].expansion = [1]
    space.stages[0].split = [.exponential]
    #expect(throws: SpaceError.self) { try space.validate(file: "run.json") }
    space.stages[0].kernels = []
    #expect(throws: SpaceError.self) { try space.validate(file: "run.json") }
    space.stages = []
    #expect(throws: SpaceError.self) { try space.validate(file: "run.json") }
  }

  /// Though every stage has kernels of its own.
  @Test func defaultsThatNoStageTakesAreChecked() {
    let error = #expect(throws: SpaceError.self) {
      try read(
        minimal(stages: "[{channels: 24, kernels: 3}]", more: "defaults: {kernels: [3, 4]}"))
    }
    #expect(error?.key == "defaults.kernels[2]")
    #expect(error?.line != nil)
  }

  @Test func aMissingFileSaysSo() {
    #expect(
      throws: SpaceError(
        file: "/nowhere.yaml", problem: .unreadable(reason: "No such file or directory"))
    ) {
      try SearchSpace(contentsOf: "/nowhere.yaml")
    }
  }
}
