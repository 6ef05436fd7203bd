import Architectures
import Randomness
import SearchSpaces

/// Small search spaces for tests that train nothing.
enum SyntheticSpace {
  /// 24 networks, though many more spellings.
  static func tiny(lookahead: Int = 4) -> SearchSpace {
    space(
      stages: [
        Stage(
          stride: 2, kernels: [[3], [5], [3, 5]], split: [.equal, .exponential], expansion: [2, 4],
          channels: [16]),
        Stage(stride: 2, kernels: [[3], [7]], squeezeExcitation: [0, 0.5], channels: [32]),
      ], lookahead: lookahead)
  }

  /// About 17 million networks.
  static func wide(lookahead: Int = 1) -> SearchSpace {
    let stages = [16, 24, 40, 64].map { channels in
      Stage(
        stride: 2, repeats: [1, 2], kernels: [[3], [5], [3, 5], [3, 5, 7], [5, 9]],
        expansion: [2, 4, 6], squeezeExcitation: [0, 0.25], channels: [channels])
    }
    return space(stages: stages, lookahead: lookahead)
  }

  private static func space(stages: [Stage], lookahead: Int) -> SearchSpace {
    var objective = ObjectiveSettings(target: 400_000)
    objective.cost = .multiplyAdds
    var strategy = StrategySettings()
    strategy.lookahead = lookahead
    strategy.population = 8
    strategy.sample = 4
    return SearchSpace(
      name: "synthetic", input: InputSettings(resolution: 32),
      stem: Genome.Stem(channels: 16, stride: 1), stages: stages,
      head: Genome.Head(channels: 64), objective: objective, strategy: strategy)
  }
}
