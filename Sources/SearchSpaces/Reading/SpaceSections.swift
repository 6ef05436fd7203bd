import Architectures

/// Sizes that a space file may ask for. They are beyond what one computer searches, and keep
/// every count within 64 bits.
enum SpaceLimits {
  static let resolution = 1...2048
  static let channels = 1...4096
  static let stages = 64
  static let repeats = 1...64
  static let kernels = 3...13
  static let options = 32
  static let kernelSets = 64
  /// Spellings of one block of one stage; counting a space lists them.
  static let blocksPerStage = 1 << 20
  /// Bytes of a file.
  static let fileSize = 1 << 20
}

/// All keys of a space file. Defaults come from the settings themselves.
package enum SpaceSections {
  package static let all = [
    space, input, proxy, stem, stage, head, objective, strategy, training, augmentation, latency,
  ]

  static let space = SpaceSection(
    title: "space",
    keys: [
      SpaceKey("name", .text, standard: nil, "name of the space, shown in reports"),
      SpaceKey("input", .mapping("input"), standard: nil, "the images"),
      SpaceKey("stem", .mapping("stem"), standard: nil, "the first layer"),
      SpaceKey(
        "defaults", .mapping("stages"), standard: "{}",
        "what every stage has unless it says otherwise"),
      SpaceKey(
        "stages", .mappings("stages", limit: SpaceLimits.stages), standard: nil,
        "the stages, in order"),
      SpaceKey("head", .mapping("head"), standard: nil, "the layers behind the stages"),
      SpaceKey("objective", .mapping("objective"), standard: nil, "what a good candidate is"),
      SpaceKey("strategy", .mapping("strategy"), standard: "{}", "how candidates are proposed"),
      SpaceKey("training", .mapping("training"), standard: "{}", "how candidates are trained"),
      SpaceKey("latency", .mapping("latency"), standard: "{}", "how latency is measured"),
    ])

  static let input = SpaceSection(
    title: "input",
    keys: [
      SpaceKey(
        "resolution", .integer(SpaceLimits.resolution), standard: nil,
        "side of the square image that the deployed network reads; costs are its"),
      SpaceKey(
        "channels", .integer(1...64), standard: "3", "channels of an image: 1 grey, 3 color"),
      SpaceKey(
        "proxy", .mapping("input.proxy"), standard: "{}",
        "the small network that is trained in a candidate's stead"),
    ])

  static let proxy = SpaceSection(
    title: "input.proxy",
    keys: [
      SpaceKey(
        "resolution", .or(.integer(SpaceLimits.resolution), word: "same"), standard: "same",
        "side of the training images; `same` is `input.resolution`"),
      SpaceKey(
        "unstrided", .list(.layer), standard: "[]",
        "layers whose stride becomes 1 in the proxy"),
    ])

  private static let activations = Activation.allCases.map(\.rawValue)

  static let stem = SpaceSection(
    title: "stem",
    keys: [
      SpaceKey("channels", .integer(SpaceLimits.channels), standard: nil, "output channels"),
      SpaceKey("kernel", .oddInteger(1...13), standard: "3", "side of the dense convolution"),
      SpaceKey("stride", .integer(GenomeLimits.stride), standard: "2", "stride"),
      SpaceKey("activation", .words(activations), standard: "relu", "behind its batch norm"),
    ])

  static let head = SpaceSection(
    title: "head",
    keys: [
      SpaceKey(
        "channels", .integer(SpaceLimits.channels), standard: nil,
        "channels of the 1×1 convolution before the pool"),
      SpaceKey("activation", .words(activations), standard: "relu", "behind its batch norm"),
      SpaceKey(
        "dropout", .number(.from(0, below: 1)), standard: "0",
        "share of the pooled values that training drops"),
    ])

  private static let standardObjective = ObjectiveSettings(target: 1)

  static let objective = SpaceSection(
    title: "objective",
    keys: [
      SpaceKey(
        "cost", .words(CostKind.allCases.map(\.rawValue)),
        standard: standardObjective.cost.rawValue, "what a candidate costs"),
      SpaceKey(
        "form", .words(ObjectiveSettings.Form.allCases.map(\.rawValue)),
        standard: standardObjective.form.rawValue, "how accuracy and cost make one reward"),
      SpaceKey(
        "target", .target, standard: nil,
        "cost to aim at; without a unit milliseconds or plain counts"),
      SpaceKey(
        "exponent", .number(.from(-10, to: 0)),
        standard: plainNumber(standardObjective.exponent),
        "of cost / target in the forms `soft` and `hard`"),
    ])

  private static let standardStrategy = StrategySettings()

  static let strategy = SpaceSection(
    title: "strategy",
    keys: [
      SpaceKey(
        "kind", .words(StrategySettings.Kind.allCases.map(\.rawValue)),
        standard: standardStrategy.kind.rawValue,
        "regularized evolution or random search"),
      SpaceKey(
        "evaluations", .integer(1...10_000_000), standard: "\(standardStrategy.evaluations)",
        "candidates to evaluate"),
      SpaceKey(
        "population", .integer(1...100_000), standard: "\(standardStrategy.population)",
        "candidates that evolution keeps; the first ones are random"),
      SpaceKey(
        "sample", .integer(1...100_000), standard: "\(standardStrategy.sample)",
        "candidates of which the best becomes a parent, at most `population`"),
      SpaceKey(
        "lookahead", .integer(1...1024), standard: "\(standardStrategy.lookahead)",
        "candidates that may be under way at once, and so the most workers; each is proposed from the "
          + "results before them"),
    ])

  private static let standardLatency = LatencySettings()

  static let latency = SpaceSection(
    title: "latency",
    keys: [
      SpaceKey(
        "threads", .integer(1...1024), standard: "\(standardLatency.threads)",
        "threads of the measured network"),
      SpaceKey(
        "warmup-runs", .integer(0...100_000), standard: "\(standardLatency.warmupRuns)",
        "runs that are not counted"),
      SpaceKey(
        "minimum-runs", .integer(1...100_000), standard: "\(standardLatency.minimumRuns)",
        "runs that are counted at least, at most `maximum-runs`"),
      SpaceKey(
        "maximum-runs", .integer(1...1_000_000), standard: "\(standardLatency.maximumRuns)",
        "runs that are counted at most"),
      SpaceKey(
        "seconds", .number(.above(0, to: 3600)), standard: plainNumber(standardLatency.seconds),
        "after which no further run begins"),
    ])
}
