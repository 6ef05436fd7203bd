import Architectures

/// A set of genomes to search, with the settings of the search, as read from a YAML file.
///
/// Everything in it is a plain value; a run folder freezes it as JSON.
package struct SearchSpace: Sendable, Hashable, Codable {
  package var name: String
  package var input: InputSettings
  package var stem: Genome.Stem
  package var stages: [Stage]
  package var head: Genome.Head
  package var objective: ObjectiveSettings
  package var strategy: StrategySettings
  package var training: TrainingSettings
  package var latency: LatencySettings

  package init(
    name: String, input: InputSettings, stem: Genome.Stem, stages: [Stage], head: Genome.Head,
    objective: ObjectiveSettings, strategy: StrategySettings = StrategySettings(),
    training: TrainingSettings = TrainingSettings(), latency: LatencySettings = LatencySettings()
  ) {
    self.name = name
    self.input = input
    self.stem = stem
    self.stages = stages
    self.head = head
    self.objective = objective
    self.strategy = strategy
    self.training = training
    self.latency = latency
  }
}

/// Resolutions and channels of the images.
package struct InputSettings: Sendable, Hashable, Codable {
  /// Side of the square image that the deployed network reads; latency and costs are its.
  package var resolution: Int
  package var channels: Int
  package var proxy: ProxySettings

  /// Without a proxy the deployment network itself is trained.
  package init(resolution: Int, channels: Int = 3, proxy: ProxySettings? = nil) {
    self.resolution = resolution
    self.channels = channels
    self.proxy = proxy ?? ProxySettings(resolution: resolution)
  }
}

/// The small network that is trained in a candidate's stead: the same weights, smaller images.
package struct ProxySettings: Sendable, Hashable, Codable {
  /// Side of the training images.
  package var resolution: Int
  /// Strided layers that run with stride 1 in the proxy: 0 is the stem, i ≥ 1 the i-th stage.
  package var unstrided: [Int]

  package init(resolution: Int, unstrided: [Int] = []) {
    self.resolution = resolution
    self.unstrided = unstrided
  }
}

/// Consecutive blocks that share all genes but the stride, which the first one has.
package struct Stage: Sendable, Hashable, Codable {
  package var stride: Int
  package var repeats: [Int]
  /// Sets of kernels; each set is one choice.
  package var kernels: [[Int]]
  package var split: [ChannelSplit]
  package var dilated: [Bool]
  package var expansion: [Double]
  package var expandGroups: [Int]
  package var projectGroups: [Int]
  package var squeezeExcitation: [Double]
  package var activation: [Activation]
  /// After width multipliers and rounding.
  package var channels: [Int]
  package var skip: [Bool]

  package init(
    stride: Int = 1, repeats: [Int] = [1], kernels: [[Int]] = [[3]],
    split: [ChannelSplit] = [.equal], dilated: [Bool] = [false], expansion: [Double] = [6],
    expandGroups: [Int] = [1], projectGroups: [Int] = [1], squeezeExcitation: [Double] = [0],
    activation: [Activation] = [.relu], channels: [Int], skip: [Bool] = [true]
  ) {
    self.stride = stride
    self.repeats = repeats
    self.kernels = kernels
    self.split = split
    self.dilated = dilated
    self.expansion = expansion
    self.expandGroups = expandGroups
    self.projectGroups = projectGroups
    self.squeezeExcitation = squeezeExcitation
    self.activation = activation
    self.channels = channels
    self.skip = skip
  }
}
