import Randomness
import Search
import SearchSpaces
import Testing

/// What every strategy must keep to.
@Suite(.timeLimit(.minutes(5))) struct StrategyLawTests {
  static let strategies: [any Strategy] = [
    RandomSearch(),
    RegularizedEvolution(population: 8, sample: 4),
    RegularizedEvolution(population: 1, sample: 1),
    RegularizedEvolution(population: 100, sample: 200),
  ]

  @Test(arguments: strategies.indices) func exhaustsASmallSpaceExactly(index: Int) throws {
    let space = SyntheticSpace.tiny()
    let count = space.distinctCount
    for seed in 0..<4 as Range<UInt64> {
      var state = SearchState(objective: Objective(space.objective))
      let end = try search(space, Self.strategies[index], seed: seed, 1000).run(
        from: &state, journal: MemoryJournal())
      #expect(end == .exhausted)
      #expect(state.end == .exhausted)
      #expect(Natural(state.evaluatedCount) == count)
      // Not the strategy's own word for it.
      #expect(Natural(Set(state.candidates.map(\.proposal.genome.hash)).count) == count)
    }
  }

  @Test(arguments: strategies.indices) func proposesThePlainGenomeOfItsChoices(index: Int) throws {
    let space = SyntheticSpace.wide(lookahead: 3)
    let state = try run(space, Self.strategies[index], seed: 5)
    for candidate in state.candidates {
      let proposal = candidate.proposal
      let genome = space.genome(for: proposal.choices)
      #expect(space.contains(proposal.choices))
      #expect(proposal.genome == genome.canonical)
      #expect(proposal.hash == genome.hash)
      if let parent = proposal.parent { #expect(parent <= proposal.ordinal - 3) }
    }
    #expect(Set(state.candidates.map(\.proposal.seed)).count == state.candidates.count)
  }

  @Test(arguments: strategies.indices) func sameSeedSameSearch(index: Int) throws {
    let space = SyntheticSpace.wide(lookahead: 3)
    let first = try run(space, Self.strategies[index], seed: 11)
    let second = try run(space, Self.strategies[index], seed: 11)
    let other = try run(space, Self.strategies[index], seed: 12)
    #expect(first.candidates == second.candidates)
    #expect(first.candidates != other.candidates)
  }

  /// One to eight workers, with evaluations that end in any order.
  @Test(arguments: strategies.indices) func workersChangeNothing(index: Int) throws {
    let space = SyntheticSpace.wide(lookahead: 8)
    let reference = try reordered(space, index, workers: 1, seed: 0).state
    #expect(reference.candidates.count == 40)
    #expect(reference.failedCount == 5)
    for workers in 2...8 {
      let (state, arrivals) = try reordered(
        space, index, workers: workers, seed: UInt64(workers))
      #expect(state.candidates == reference.candidates)
      #expect(state.best?.ordinal == reference.best?.ordinal)
      #expect(arrivals.sorted() == Array(0..<40))
      #expect(arrivals != arrivals.sorted())
    }
  }

  private func search(
    _ space: SearchSpace, _ strategy: any Strategy, seed: UInt64, _ evaluations: Int
  ) -> SearchLoop {
    SearchLoop(
      space: space, strategy: strategy, seed: seed, evaluations: evaluations, workers: 1,
      evaluator: SyntheticEvaluator(score: SyntheticScores.evaluationWithFailures),
      stop: StopRequest())
  }

  private func run(
    _ space: SearchSpace, _ strategy: any Strategy, seed: UInt64
  ) throws -> SearchState {
    var state = SearchState(objective: Objective(space.objective))
    let end = try search(space, strategy, seed: seed, 40).run(
      from: &state, journal: MemoryJournal())
    #expect(end == .finished)
    return state
  }

  /// The state, and the ordinals in the order in which their evaluations ended.
  private func reordered(
    _ space: SearchSpace, _ index: Int, workers: Int, seed: UInt64
  ) throws -> (state: SearchState, arrivals: [Int]) {
    let evaluator = ReorderingEvaluator(
      workers: workers, lookahead: space.strategy.lookahead, seed: seed,
      picksYoungest: seed % 2 == 1)
    let loop = SearchLoop(
      space: space, strategy: Self.strategies[index], seed: 3, evaluations: 40,
      workers: workers, evaluator: evaluator, stop: StopRequest())
    var state = SearchState(objective: Objective(space.objective))
    let journal = MemoryJournal()
    _ = try loop.run(from: &state, journal: journal, report: evaluator.update)
    let arrivals = journal.events.compactMap { event in
      if case .evaluated(let evaluation) = event { evaluation.ordinal } else { nil }
    }
    return (state, arrivals)
  }
}
