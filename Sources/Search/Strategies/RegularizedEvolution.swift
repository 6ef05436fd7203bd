import Randomness
import SearchSpaces

/// Regularized evolution (Real, Aggarwal, Huang & Le 2019, algorithm 1).
///
/// The first `population` proposals are random. After that the best of `sample` members of the
/// population, drawn with replacement, is the parent, and one mutation of one gene makes the
/// child. The population is the last `population` candidates that have a score: the oldest dies,
/// however good it is.
package struct RegularizedEvolution: Strategy {
  package let population: Int
  package let sample: Int

  package init(population: Int, sample: Int) {
    precondition(population > 0 && sample > 0, "population and sample must be positive")
    self.population = population
    self.sample = sample
  }

  package func suggest(
    ordinal: Int, history: ArraySlice<Candidate>, space: SearchSpace,
    isSeen: (_ hash: String) -> Bool, using stream: inout RandomStream
  ) -> Suggestion? {
    let members = livingMembers(of: history)
    if ordinal >= population, !members.isEmpty {
      let parent = winner(of: members, using: &stream)
      // A parent all of whose neighbors are known gives way to the others, at random.
      let others = stream.shuffled(members.filter { $0.ordinal != parent.ordinal })
      for candidate in [parent] + others {
        if let child = child(of: candidate, space: space, isSeen: isSeen, using: &stream) {
          return child
        }
      }
    }
    return space.unseen(using: &stream, excluding: isSeen).map { Suggestion(choices: $0) }
  }

  private func livingMembers(of history: ArraySlice<Candidate>) -> [Candidate] {
    var members: [Candidate] = []
    for candidate in history.reversed() where candidate.score != nil {
      members.append(candidate)
      if members.count == population { break }
    }
    return members.reversed()
  }

  /// Ties go to the member that was drawn first.
  private func winner(of members: [Candidate], using stream: inout RandomStream) -> Candidate {
    var best = stream.choice(members)
    for _ in 1..<max(sample, 1) {
      let rival = stream.choice(members)
      if let bestScore = best.score, let score = rival.score, score.outranks(bestScore) {
        best = rival
      }
    }
    return best
  }

  /// A new network one gene away from the parent, or nil where all of those are known.
  private func child(
    of parent: Candidate, space: SearchSpace, isSeen: (_ hash: String) -> Bool,
    using stream: inout RandomStream
  ) -> Suggestion? {
    let origin = parent.proposal.choices
    func suggestion(_ choices: Choices) -> Suggestion? {
      guard let gene = zip(origin.indices, choices.indices).firstDifference,
        !isSeen(space.genome(for: choices).hash)
      else { return nil }
      return Suggestion(choices: choices, parent: parent.ordinal, mutatedGene: gene)
    }
    for _ in 0..<16 {
      if let child = suggestion(space.mutate(origin, using: &stream)) { return child }
    }
    // Few or none are left: go through all of them.
    for choices in stream.shuffled(space.neighbors(of: origin)) {
      if let child = suggestion(choices) { return child }
    }
    return nil
  }
}

extension SearchSpace {
  /// All choices that differ in exactly one gene, in the order of genes and options.
  fileprivate func neighbors(of choices: Choices) -> [Choices] {
    optionCounts.enumerated().flatMap { gene, count in
      (0..<count).filter { $0 != choices.indices[gene] }.map { option in
        var neighbor = choices
        neighbor.indices[gene] = option
        return neighbor
      }
    }
  }
}

extension Zip2Sequence<[Int], [Int]> {
  fileprivate var firstDifference: Int? {
    enumerated().first { $0.element.0 != $0.element.1 }?.offset
  }
}
