/// The candidates that no other one dominates, cheapest first.
///
/// Accuracy is better up, cost down, whatever the objective's form. Of several candidates with
/// the same accuracy and cost only the first proposed is on the front, so along it both accuracy
/// and cost rise strictly.
package struct ParetoFront: Sendable {
  package let candidates: [Candidate]

  /// Takes candidates in any order; those without a score are left out. O(n log n).
  package init(of candidates: some Sequence<Candidate>) {
    let scored = candidates.compactMap { candidate in
      candidate.score.map { (candidate: candidate, score: $0) }
    }
    let sorted = scored.sorted { left, right in
      if left.score.cost != right.score.cost { return left.score.cost < right.score.cost }
      if left.score.accuracy != right.score.accuracy {
        return left.score.accuracy > right.score.accuracy
      }
      return left.candidate.ordinal < right.candidate.ordinal
    }
    var front: [Candidate] = []
    var bestAccuracy = -Double.infinity
    for (candidate, score) in sorted where score.accuracy > bestAccuracy {
      front.append(candidate)
      bestAccuracy = score.accuracy
    }
    self.candidates = front
  }

  package var ordinals: Set<Int> { Set(candidates.map(\.ordinal)) }
}
