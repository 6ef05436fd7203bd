import Architectures
import Foundation
import Randomness
import Testing

@testable import SearchSpaces

/// The shortest space there is, but for what a test adds.
private func minimal(
  input: String = "{resolution: 32}", stem: String = "{channels: 16}",
  stages: String = "[{channels: 24}]", head: String = "{channels: 64}",
  objective: String = "{target: 5ms}", more: String = ""
) -> String {
  """
  name: test
  input: \(input)
  stem: \(stem)
  stages: \(stages)
  head: \(head)
  objective: \(objective)
  \(more)
  """
}

private func read(_ yaml: String) throws -> SearchSpace {
  try SearchSpace(yaml: yaml, file: "space.yaml")
}

/// The error's text, or what was read instead.
private func refusal(_ yaml: String) -> String {
  do throws(SpaceError) {
    return "\(try SearchSpace(yaml: yaml, file: "space.yaml"))"
  } catch {
    return error.description
  }
}

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

@Suite struct RefusalTests {
  private static let fileFaults: [(yaml: String, text: String)] = [
    ("", "space.yaml: the file is empty"),
    ("# nothing", "space.yaml: the file is empty"),
    ("name: [", "space.yaml:2:1: this is not YAML"),
    ("name: test\nname: test", "space.yaml:1:1: name: the key is given twice"),
    ("- 1", "space.yaml:1:1: a list is not allowed"),
    ("name: test\n---\nname: test", "this is not YAML"),
    ("name: *there", "space.yaml:1:7: this is not YAML"),
  ]

  @Test("Faults of the file", arguments: fileFaults)
  func files(yaml: String, text: String) {
    #expect(refusal(yaml).contains(text), "\(refusal(yaml))")
  }

  private static let stageFaults: [(text: String, expected: String)] = [
    ("kernels: [3, 4]", "4:38: stages[1].kernels[2]: '4' is not allowed; write odd kernels"),
    ("kernels: [3, [3, 4]]", "4:38: stages[1].kernels[2]: [3, 4] is not allowed"),
    ("kernels: 3.6", "stages[1].kernels: '3.6' is not allowed"),
    ("kernels: 15", "stages[1].kernels: '15' is not allowed"),
    ("kernels: [1]", "stages[1].kernels[1]: '1' is not allowed"),
    ("kernels: 5.3", "'5.3' is not allowed; write odd kernels from 3 to 13 that ascend"),
    ("kernels: 3.3", "'3.3' is not allowed"),
    ("kernels: [[]]", "stages[1].kernels[1]: [] is not allowed"),
    ("kernels: [[[3]]]", "stages[1].kernels[1]: […] is not allowed"),
    ("kernels: []", "4:34: stages[1].kernels: the list is empty"),
    ("kernels: [3, 5, 3]", "stages[1].kernels[3]: [3] is listed twice"),
    ("kernels: {a: 1}", "a mapping is not allowed"),
    ("kernals: 3", "4:25: stages[1].kernals: unknown key; did you mean 'kernels'?"),
    ("epochs: 3", "unknown key; it belongs in training"),
    ("colour: 3", "unknown key (allowed here: channels, width-multipliers, stride"),
    ("repeats: 0", "4:34: stages[1].repeats: '0' is not allowed; write a whole number"),
    ("repeats: [1, 0]", "repeats[2]: '0' is not allowed; write a whole number from 1 to 64"),
    ("repeats: 99999999999999999999", "'99999999999999999999' is not allowed"),
    ("repeats: \"2\"", "the text \"2\" is not allowed"),
    ("repeats: 1.5", "'1.5' is not allowed"),
    ("repeats: ", "no value is not allowed"),
    ("stride: [1, 2]", "stride: a list is not allowed; write a whole number from 1 to 4"),
    ("stride: 5", "'5' is not allowed"),
    ("split: even", "'even' is not allowed; write"),
    ("dilated: yes", "'yes' is not allowed"),
    ("dilated: [true, true]", "true is listed twice"),
    ("expansion: 0.5", "'0.5' is not allowed"),
    ("expansion: .nan", "'.nan' is not a finite number"),
    ("expansion: [1, .inf]", "expansion[2]: '.inf' is not a finite number"),
    ("expansion: 1e999", "'1e999' is not a finite number"),
    ("expansion: 0x2", "'0x2' is not allowed"),
    ("squeeze-excitation: -0.25", "'-0.25' is not allowed"),
    ("activation: swoosh", "'swoosh' is not allowed; write `relu`"),
    ("expand-groups: 17", "17 groups leave one without channels, as only 16 channels"),
    ("project-groups: 25", "25 groups leave one without channels, as only 24 channels"),
    (
      "expansion: 1, split: exponential, kernels: [3, 3.5.7.9.11.13]",
      "stages[1].kernels[2]: kernels 3.5.7.9.11.13 with an exponential split leave a group "
        + "without channels: 16 input channels × expansion 1 are 16 channels"
    ),
    ("channels: 5000", "the key is given twice"),
    ("width-multipliers: 9", "'9' is not allowed"),
  ]

  @Test("Faults of a stage, with their place", arguments: stageFaults)
  func stages(text: String, expected: String) {
    let message = refusal(minimal(stages: "[{channels: 24, \(text)}]"))
    #expect(message.hasPrefix("space.yaml:4:"), "\(message)")
    #expect(message.contains(expected), "\(message)")
  }

  @Test func aRepeatedBlockIsCheckedToo() {
    // The first block reads 16 channels, those that follow 2.
    let message = refusal(
      minimal(
        stages: "[{channels: 2, repeats: [1, 2], expansion: 1, kernels: 3.5.7}]"))
    #expect(message.contains("2 input channels × expansion 1"), "\(message)")
    #expect(
      throws: Never.self, "A single block is fine",
      performing: {
        try read(minimal(stages: "[{channels: 2, expansion: 1, kernels: 3.5.7}]"))
      })
  }

  private static let otherFaults: [(yaml: String, expected: String)] = [
    (minimal(input: "{}"), "2:8: input.resolution: the key is missing; write a whole number"),
    (minimal(input: "{resolution: 0}"), "2:21: input.resolution: '0' is not allowed"),
    (minimal(input: "{resolution: 100000}"), "'100000' is not allowed"),
    (minimal(input: "32"), "2:8: input: '32' is not allowed; write `key: value` lines"),
    (
      minimal(input: "{resolution: 32, proxy: {unstrided: [3]}}"),
      "input.proxy.unstrided[1]: stage 3 is more than stages (1) allows"
    ),
    (
      minimal(input: "{resolution: 32, proxy: {unstrided: [stem, 1]}}"),
      "2:51: input.proxy.unstrided[2]: stage 1 has stride 1 already"
    ),
    (minimal(input: "{resolution: 32, proxy: {unstrided: stem}}"), "write a list"),
    (minimal(input: "{resolution: 32, proxy: {unstrided: [0]}}"), "'0' is not allowed"),
    (
      minimal(input: "{resolution: 32, proxy: {resolution: small}}"),
      "'small' is not allowed; write a whole number from 1 to 2048, or `same`"
    ),
    (
      minimal(
        input: "{resolution: 8}", stages: "[{channels: 8, stride: 4}, {channels: 8, stride: 2}]"),
      "4:58: stages[2].stride: stage 2 has stride 2, but the deployment network's image is 1×1"
    ),
    (
      minimal(
        input: "{resolution: 64, proxy: {resolution: 1}}",
        stages: "[{channels: 8, stride: 2}]"),
      "3:7: stem.stride: the stem has stride 2, but the proxy's image is 1×1"
    ),
    (minimal(stem: "{channels: 16, kernel: 4}"), "stem.kernel: '4' is not allowed; write an odd"),
    (minimal(stem: "{}"), "stem.channels: the key is missing"),
    (minimal(stages: "[]"), "4:9: stages: the list is empty"),
    (minimal(stages: "{channels: 3}"), "stages: a mapping is not allowed; write a list of 1 to 64"),
    (minimal(stages: "[{}]"), "4:10: stages[1].channels: the key is missing"),
    (
      minimal(
        input: "{resolution: 2048}", stem: "{channels: 4096, stride: 1}",
        stages: "[{channels: 4096, expansion: 16, repeats: 64}]"),
      "the largest network of the space can't be built"
    ),
    (minimal(head: "{channels: 64, dropout: 1}"), "head.dropout: '1' is not allowed"),
    (minimal(objective: "{}"), "6:12: objective.target: the key is missing"),
    (minimal(objective: "{target: 6M}"), "objective.target: 'M' is no unit of latency"),
    (
      minimal(objective: "{target: 5ms, cost: parameters}"), "'ms' is no unit of parameters"
    ),
    (minimal(objective: "{target: -1}"), "must be above 0"),
    (minimal(objective: "{target: fast}"), "'fast' is not a number"),
    (minimal(objective: "{target: 5ms, exponent: 0.07}"), "'0.07' is not allowed"),
    (
      minimal(more: "strategy: {population: 4}"),
      "strategy.sample: 8, the default, is more than strategy.population (4) allows"
    ),
    (
      minimal(more: "latency: {maximum-runs: 3}"),
      "latency.minimum-runs: 21, the default, is more than latency.maximum-runs (3) allows"
    ),
    (
      minimal(more: "training: {warmup-epochs: 3}"),
      "7:27: training.warmup-epochs: 3 is more than training.epochs (2) allows"
    ),
    (
      minimal(more: "training: {training-images: 10}"),
      "training.batch-size: 64, the default, is more than training.training-images (10) allows"
    ),
    (
      minimal(more: "training: {augmentation: {cutout: 33}}"),
      "training.augmentation.cutout: 33 is more than input.proxy.resolution (32) allows"
    ),
    (minimal(more: "training: {time-limit: never}"), "or `none`"),
    (minimal(more: "training: {batch_size: 3}"), "did you mean 'batch-size'?"),
    (minimal(more: "defaults: {kernels: 4}"), "7:21: defaults.kernels: '4' is not allowed"),
    (minimal(more: "training: {augmentation: {flip: true}}"), "unknown key"),
    (minimal(more: "seed: 3"), "7:1: seed: unknown key"),
  ]

  @Test("Faults elsewhere", arguments: otherFaults)
  func others(yaml: String, expected: String) {
    let message = refusal(yaml)
    #expect(message.hasPrefix("space.yaml:"), "\(message)")
    #expect(message.contains(expected), "\(message)")
  }

  /// Whatever a file holds, it is read or refused, with a line unless the whole file is at fault.
  @Test func damagedFilesAreReadOrRefused() throws {
    let path = packageFolder.appendingPathComponent("search-spaces/quickstart.yaml")
    let intact = Array(try String(contentsOf: path, encoding: .utf8).unicodeScalars)
    let strange: [Unicode.Scalar] = ["[", "]", "{", "}", ":", "-", "0", "9", ".", "&", "*", "\n"]
    var stream = RandomStream(seed: 8)
    var refused = 0
    for _ in 0..<120 {
      var text = intact
      for _ in 0...stream.below(3) {
        let place = stream.below(text.count)
        switch stream.below(3) {
        case 0: text.remove(at: place)
        case 1: text[place] = stream.choice(strange)
        default: text.insert(stream.choice(strange), at: place)
        }
      }
      var yaml = ""
      yaml.unicodeScalars.append(contentsOf: text)
      do {
        let space = try read(yaml)
        try space.validate(file: "again")
      } catch let error as SpaceError {
        refused += 1
        #expect(error.line != nil || error.key.isEmpty, "\(error)")
      }
    }
    #expect((20...115).contains(refused))
  }

  @Test func tooManyBlocksAreRefused() {
    let numbers = (1...16).map(String.init).joined(separator: ", ")
    let ratios = (1...20).map { String(Double($0) / 20) }.joined(separator: ", ")
    let text = """
      [{channels: 24, expand-groups: [1, 2], project-groups: [\(numbers)], \
      squeeze-excitation: [\(ratios)], expansion: [\(numbers)], \
      kernels: [3, 5, 7, 9, 11, 13, 3.5, 5.7], split: [equal, exponential], activation: [relu, swish, relu6], \
      dilated: [true, false], skip: [true, false]}]
      """
    let message = refusal(minimal(stages: text))
    #expect(message.contains("different blocks, at most 1048576 are allowed"), "\(message)")
  }
}
