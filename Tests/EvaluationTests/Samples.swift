import Architectures
import Datasets
import Randomness
import SearchSpaces

/// Small data and a small space, on which a training takes milliseconds.
enum Samples {
  /// Noise with a bright square, whose place is the class.
  static func data(channels: Int = 3, side: Int = 10, training: Int = 150) throws -> DatasetPair {
    func images(_ count: Int, seed: UInt64) throws -> ImageDataset {
      var random = RandomStream(seed: seed)
      var pixels: [UInt8] = []
      var labels: [Int32] = []
      for index in 0..<count {
        let label = index % 3
        labels.append(Int32(label))
        for y in 0..<side {
          for x in 0..<side * channels {
            let isInside = y / 3 == label && (x / channels) / 3 == label
            pixels.append(UInt8(random.below(100) + (isInside ? 120 : 0)))
          }
        }
      }
      return try ImageDataset(
        pixels: pixels, labels: labels, height: side, width: side, channels: channels,
        classNames: ["a", "b", "c"])
    }
    return try DatasetPair(
      training: images(training, seed: 1), test: images(60, seed: 2))
  }

  /// Deployed at 16×16 pixels, trained at 8×8 with one stride left out.
  static func space(cost: CostKind = .multiplyAdds) -> SearchSpace {
    var objective = ObjectiveSettings(target: 1)
    objective.cost = cost
    var space = SearchSpace(
      name: "sample",
      input: InputSettings(
        resolution: 16, channels: 3, proxy: ProxySettings(resolution: 8, unstrided: [0])),
      stem: .init(channels: 8, stride: 2),
      stages: [
        Stage(kernels: [[3], [3, 5]], expansion: [2], channels: [8]),
        Stage(stride: 2, squeezeExcitation: [0.25], channels: [16]),
      ],
      head: .init(channels: 24), objective: objective)
    space.training.epochs = 3
    space.training.batchSize = 16
    space.training.validationShare = 0.2
    space.training.augmentation.cropPadding = 1
    space.latency.warmupRuns = 1
    space.latency.minimumRuns = 6
    space.latency.maximumRuns = 6
    return space
  }

  /// One of the space's genomes.
  static func genome(stemChannels: Int = 8) -> Genome {
    Genome(
      stem: .init(channels: stemChannels, stride: 2),
      blocks: [
        Block(kernels: [3, 5], expansion: 2, outputChannels: 8),
        Block(
          kernels: [3], stride: 2, expansion: 6, outputChannels: 16,
          squeezeExcitationRatio: 0.25),
      ],
      head: .init(channels: 24))
  }
}
