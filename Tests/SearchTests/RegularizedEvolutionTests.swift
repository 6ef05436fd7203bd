import Randomness
import Search
import SearchSpaces
import Testing

@Suite struct RegularizedEvolutionTests {
  private let space = SyntheticSpace.wide()

  private func state(
    of strategy: any Strategy, seed: UInt64, _ evaluations: Int
  ) throws
    -> SearchState
  {
    let loop = SearchLoop(
      space: space, strategy: strategy, seed: seed, evaluations: evaluations, workers: 1,
      evaluator: SyntheticEvaluator(), stop: StopRequest())
    var state = SearchState(objective: Objective(space.objective))
    _ = try loop.run(from: &state, journal: MemoryJournal())
    return state
  }

  /// At an equal budget, over 40 seeds.
  @Test func beatsRandomSearch() throws {
    let evolution = RegularizedEvolution(population: 16, sample: 6)
    let pairs = try (0..<40 as Range<UInt64>).map { seed in
      (
        evolution: try state(of: evolution, seed: seed, 80).best?.score?.reward ?? 0,
        random: try state(of: RandomSearch(), seed: seed, 80).best?.score?.reward ?? 0
      )
    }
    let gains = pairs.map { $0.evolution - $0.random }
    let mean = gains.reduce(0, +) / 40
    let wins = gains.filter { $0 > 0 }.count
    #expect(mean > 0.02)
    #expect(wins >= 32)
  }

  @Test func childDiffersFromItsParentInOneGene() throws {
    let state = try state(of: RegularizedEvolution(population: 10, sample: 4), seed: 1, 60)
    for candidate in state.candidates {
      let proposal = candidate.proposal
      guard proposal.ordinal >= 10 else {
        #expect(proposal.parent == nil)
        continue
      }
      let parent = try #require(proposal.parent)
      let origin = state.candidates[parent].proposal.choices.indices
      let changed = origin.indices.filter { origin[$0] != proposal.choices.indices[$0] }
      #expect(changed == [proposal.mutatedGene])
    }
  }

  /// However good a candidate is, it is a parent only while it is among the last ones.
  @Test func oldestDies() throws {
    let state = try state(of: RegularizedEvolution(population: 10, sample: 10), seed: 2, 80)
    for proposal in state.candidates.map(\.proposal) where proposal.ordinal >= 10 {
      let parent = try #require(proposal.parent)
      #expect((proposal.ordinal - 10..<proposal.ordinal).contains(parent))
    }
  }

  /// A tournament so large that every member is drawn finds the best one.
  @Test func largeTournamentPicksTheBest() throws {
    let state = try state(of: RegularizedEvolution(population: 10, sample: 400), seed: 4, 60)
    for proposal in state.candidates.map(\.proposal) where proposal.ordinal >= 10 {
      let members = state.candidates[(proposal.ordinal - 10)..<proposal.ordinal]
      let best = members.max { ($0.score?.reward ?? 0) < ($1.score?.reward ?? 0) }
      #expect(proposal.parent == best?.ordinal)
    }
  }

  @Test func failuresAreNoParents() throws {
    let loop = SearchLoop(
      space: space, strategy: RegularizedEvolution(population: 10, sample: 4), seed: 6,
      evaluations: 60, workers: 1,
      evaluator: SyntheticEvaluator(score: SyntheticScores.evaluationWithFailures),
      stop: StopRequest())
    var state = SearchState(objective: Objective(space.objective))
    _ = try loop.run(from: &state, journal: MemoryJournal())
    #expect(state.failedCount > 5)
    for proposal in state.candidates.map(\.proposal) where proposal.ordinal >= 10 {
      let parent = try #require(proposal.parent)
      #expect(state.candidates[parent].score != nil)
      // Failures don't take a place in the population.
      let living = state.candidates[..<proposal.ordinal].filter { $0.score != nil }
      #expect(living.suffix(10).contains { $0.ordinal == parent })
    }
  }
}
