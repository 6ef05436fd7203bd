import Randomness
import SearchSpaces

/// Decides which network to evaluate next.
///
/// A strategy is a pure function: it knows neither storage nor engine, keeps no state, and draws
/// only from the stream that it is handed. So a search that is replayed from its journal proposes
/// what the uninterrupted one would have.
package protocol Strategy: Sendable {
  /// A network that was not proposed before, or nil where the space holds none.
  ///
  /// - Parameters:
  ///   - ordinal: of the candidate that is to be, from 0.
  ///   - history: the candidates that may be learned from, all evaluated, by ordinal from 0. It
  ///     lags behind `ordinal` by the search's lookahead.
  ///   - isSeen: whether a genome's hash was proposed before, also later than the history ends.
  ///   - stream: the candidate's own.
  func suggest(
    ordinal: Int, history: ArraySlice<Candidate>, space: SearchSpace,
    isSeen: (_ hash: String) -> Bool, using stream: inout RandomStream
  ) -> Suggestion?
}

/// What a strategy decides of a proposal.
package struct Suggestion: Sendable, Hashable {
  package var choices: Choices
  /// Ordinal of the candidate that was mutated, nil for a random network.
  package var parent: Int?
  /// Index of the mutated gene in `SearchSpace.genes`.
  package var mutatedGene: Int?

  package init(choices: Choices, parent: Int? = nil, mutatedGene: Int? = nil) {
    self.choices = choices
    self.parent = parent
    self.mutatedGene = mutatedGene
  }
}

extension StrategySettings {
  /// The strategy that the settings name.
  package var strategy: any Strategy {
    switch kind {
    case .evolution: RegularizedEvolution(population: population, sample: sample)
    case .random: RandomSearch()
    }
  }
}
