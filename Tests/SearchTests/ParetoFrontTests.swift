import Randomness
import Search
import SearchSpaces
import Testing

@Suite struct ParetoFrontTests {
  /// Coarse values, so that ties of all kinds occur.
  private func candidates(seed: UInt64, count: Int) -> [Candidate] {
    var stream = RandomStream(seed: seed)
    let space = SyntheticSpace.tiny()
    let choices = space.random(using: &stream)
    let genome = space.genome(for: choices)
    return (0..<count).map { ordinal in
      let proposal = Proposal(
        ordinal: ordinal, choices: choices, genome: genome, hash: "\(ordinal)", seed: 0,
        parent: nil, mutatedGene: nil)
      if stream.below(8) == 0 { return Candidate(proposal: proposal) }
      let score = Score(
        accuracy: Double(1 + stream.below(12)) / 12, cost: Double(1 + stream.below(12)),
        reward: 0)
      return Candidate(proposal: proposal, score: score)
    }
  }

  /// No worse in accuracy and in cost, and better in one of them.
  private func dominates(_ rival: Score, _ score: Score) -> Bool {
    rival.accuracy >= score.accuracy && rival.cost <= score.cost
      && (rival.accuracy > score.accuracy || rival.cost < score.cost)
  }

  @Test(arguments: 0..<60) func frontIsWhatBruteForceFinds(seed: Int) {
    let all = candidates(seed: UInt64(seed), count: 1 + seed)
    let expected = all.filter { candidate in
      guard let score = candidate.score else { return false }
      return !all.contains { other in
        guard let rival = other.score else { return false }
        let isEarlierTwin =
          rival.accuracy == score.accuracy && rival.cost == score.cost
          && other.ordinal < candidate.ordinal
        return dominates(rival, score) || isEarlierTwin
      }
    }
    var stream = RandomStream(seed: 99)
    let front = ParetoFront(of: stream.shuffled(all))
    #expect(front.ordinals == Set(expected.map(\.ordinal)))
    let costs = front.candidates.compactMap { $0.score?.cost }
    #expect(costs == costs.sorted())
  }

  /// All values lie on a grid, so the dominated cells can be counted.
  @Test(arguments: 0..<60) func hypervolumeIsTheNumberOfDominatedCells(seed: Int) {
    let all = candidates(seed: UInt64(seed), count: 1 + seed)
    let reference = ReferencePoint(accuracy: 2.0 / 12, cost: 10)
    var cells = 0
    for accuracy in 2..<12 {
      for cost in 1..<10 {
        let isDominated = all.contains { candidate in
          guard let score = candidate.score else { return false }
          return (score.accuracy * 12).rounded() >= Double(accuracy + 1)
            && score.cost <= Double(cost)
        }
        cells += isDominated ? 1 : 0
      }
    }
    let hypervolume = ParetoFront(of: all).hypervolume(reference: reference)
    // Sums of twelfths round.
    #expect(abs(hypervolume * 12 - Double(cells)) < 1e-9)
  }

  @Test func shareOfAPerfectFrontIsOne() {
    let space = SyntheticSpace.tiny()
    let reference = Objective(space.objective).referencePoint
    #expect(reference == ReferencePoint(accuracy: 0, cost: 800_000))
    let base = candidates(seed: 1, count: 1)[0].proposal
    let perfect = Candidate(proposal: base, score: Score(accuracy: 1, cost: 0, reward: 1))
    #expect(ParetoFront(of: [perfect]).hypervolumeShare(reference: reference) == 1)
    #expect(ParetoFront(of: []).hypervolumeShare(reference: reference) == 0)
  }
}
