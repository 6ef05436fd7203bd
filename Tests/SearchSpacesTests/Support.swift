import Architectures
import Foundation
import Randomness

@testable import SearchSpaces

/// Top folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

let shippedSpaces = [
  "quickstart", "mixconv-28", "mixconv-32", "mixnet-paper-224", "mixnet-224",
]

func shippedSpace(_ name: String) throws -> SearchSpace {
  try SearchSpace(
    contentsOf: packageFolder.appendingPathComponent("search-spaces/\(name).yaml").path)
}

/// A space of these stages for 16×16 images of one channel.
func space(
  _ stages: [Stage], stemChannels: Int = 4, resolution: Int = 16, proxy: ProxySettings? = nil
) -> SearchSpace {
  SearchSpace(
    name: "test", input: InputSettings(resolution: resolution, channels: 1, proxy: proxy),
    stem: Genome.Stem(channels: stemChannels, stride: 2), stages: stages,
    head: Genome.Head(channels: 8), objective: ObjectiveSettings(target: 1))
}

/// The shortest space file there is, but for what a test adds.
func minimal(
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

/// What a space file of this text says.
func read(_ yaml: String) throws -> SearchSpace {
  try SearchSpace(yaml: yaml, file: "space.yaml")
}

extension SearchSpace {
  /// Every spelling, the last gene running fastest; for small spaces.
  var allChoices: [Choices] {
    let vectors = optionCounts.reduce([[]]) { vectors, count in
      vectors.flatMap { vector in (0..<count).map { vector + [$0] } }
    }
    return vectors.map { Choices($0) }
  }
}

/// Small spaces of all kinds: lists of one to a few options, with many that make no difference,
/// and stages that resemble the one before, so that a word need not show where one ends.
func randomSpace(_ stream: inout RandomStream) -> SearchSpace {
  func some<Value>(_ values: [Value], upTo count: Int) -> [Value] {
    stream.sample(1 + stream.below(min(count, values.count)), of: values)
  }
  while true {
    var stages: [Stage] = []
    for _ in 0...stream.below(4) {
      if var alike = stages.last, stream.below(2) == 0 {
        alike.stride = 1
        alike.repeats = stream.sample(2, of: [1, 2, 3])
        alike.channels = [alike.channels[0]]
        stages[stages.count - 1].repeats = stream.sample(2, of: [1, 2, 3])
        stages.append(alike)
        continue
      }
      let stage = Stage(
        stride: stream.below(4) == 0 ? 2 : 1, repeats: some([1, 2, 3, 4], upTo: 3),
        kernels: some([[3], [5], [3, 5]], upTo: 2),
        split: some([.equal, .exponential], upTo: 2), dilated: some([false, true], upTo: 2),
        expansion: some([1, 1.5, 2, 2.2], upTo: 2), expandGroups: some([1, 2], upTo: 2),
        projectGroups: some([1, 2], upTo: 1), squeezeExcitation: some([0, 0.25, 0.3], upTo: 2),
        activation: some([.relu, .swish], upTo: 1), channels: some([4, 5, 6], upTo: 2),
        skip: some([true, false], upTo: 2))
      stages.append(stage)
    }
    let candidate = space(stages)
    if candidate.spellingCount <= Natural(1200) { return candidate }
  }
}
