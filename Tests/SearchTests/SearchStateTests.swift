import Randomness
import Search
import SearchSpaces
import Testing

@Suite struct SearchStateTests {
  private let space = SyntheticSpace.tiny()

  private func proposal(_ ordinal: Int, choices index: Int) -> Proposal {
    // The last gene runs fastest.
    var rest = index
    let indices = space.optionCounts.reversed().map { count in
      defer { rest /= count }
      return rest % count
    }
    return Proposal(
      Suggestion(choices: Choices(indices.reversed())), ordinal: ordinal, space: space, runSeed: 1)
  }

  @Test func refusesWhatCannotFollow() throws {
    var state = SearchState(objective: Objective(space.objective))
    let first = proposal(0, choices: 0)
    let second = proposal(1, choices: 1)
    #expect(throws: SearchState.Inconsistency.proposalOutOfOrder(ordinal: 1, expected: 0)) {
      try state.apply(.proposed(second))
    }
    try state.apply(.proposed(first))
    #expect(throws: SearchState.Inconsistency.networkProposedTwice(ordinal: 1)) {
      try state.apply(.proposed(proposal(1, choices: 0)))
    }
    #expect(throws: SearchState.Inconsistency.evaluationOfUnknown(ordinal: 1)) {
      try state.apply(.evaluated(SyntheticScores.evaluation(of: second.task)))
    }
    try state.apply(.evaluated(SyntheticScores.evaluation(of: first.task)))
    #expect(throws: SearchState.Inconsistency.evaluatedTwice(ordinal: 0)) {
      try state.apply(.evaluated(SyntheticScores.evaluation(of: first.task)))
    }
    #expect(state.candidates.count == 1)
    #expect(state.evaluatedCount == 1)
  }

  /// Best is the highest reward, the lower ordinal of equals, in whatever order they arrive.
  @Test func bestDoesNotDependOnTheOrderOfArrival() throws {
    // The last gene is the second stage's kernel or ratio: all four are different networks.
    let proposals = (0..<4).map { proposal($0, choices: $0) }
    let accuracies = [0.5, 0.75, 0.75, 0.6]
    let evaluations = proposals.map { proposal in
      Evaluation(
        ordinal: proposal.ordinal,
        outcome: .completed(
          Evaluation.Scores(
            validationAccuracy: accuracies[proposal.ordinal], validationLoss: 1,
            trainingLoss: 1, latency: nil, multiplyAdds: 1000, parameters: 10)),
        timing: Evaluation.Timing(seconds: 0, imagesPerSecond: 0))
    }
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2]] {
      var state = SearchState(objective: Objective(space.objective))
      for proposal in proposals { try state.apply(.proposed(proposal)) }
      for ordinal in order { try state.apply(.evaluated(evaluations[ordinal])) }
      #expect(state.best?.ordinal == 1)
      #expect(state.front.ordinals == [1])
      #expect(state.evaluatedPrefix == 4)
    }
  }
}
