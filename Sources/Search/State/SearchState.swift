import SearchSpaces

/// All that a search has proposed and learned, built from its events alone.
///
///     var state = SearchState(objective: Objective(space.objective))
///     try state.apply(.proposed(proposal))
///     try state.apply(.evaluated(evaluation))
package struct SearchState: Sendable {
  /// An event that can't follow those before it.
  package enum Inconsistency: Error, Sendable, Hashable {
    case proposalOutOfOrder(ordinal: Int, expected: Int)
    case networkProposedTwice(ordinal: Int)
    case evaluationOfUnknown(ordinal: Int)
    case evaluatedTwice(ordinal: Int)
  }

  package let objective: Objective
  /// By ordinal, without a gap.
  package private(set) var candidates: [Candidate] = []
  package private(set) var evaluatedCount = 0
  package private(set) var failedCount = 0
  /// Candidates from the first on that are all evaluated.
  package private(set) var evaluatedPrefix = 0
  /// Why the search stopped last; nil since the last proposal or evaluation.
  package private(set) var end: SearchEnd?
  private var hashes: Set<String> = []
  private var bestOrdinal: Int?

  package init(objective: Objective) { self.objective = objective }

  /// The candidate that outranks all others, the first of them where several do.
  package var best: Candidate? { bestOrdinal.map { candidates[$0] } }

  package var front: ParetoFront { ParetoFront(of: candidates) }

  /// Proposed but not evaluated, by ordinal.
  package var pending: [Proposal] {
    candidates[evaluatedPrefix...].filter { $0.evaluation == nil }.map(\.proposal)
  }

  /// Whether a network with this hash was proposed.
  package func hasSeen(_ hash: String) -> Bool { hashes.contains(hash) }

  package mutating func apply(_ event: SearchEvent) throws(Inconsistency) {
    switch event {
    case .proposed(let proposal):
      try add(proposal)
      end = nil
    case .evaluated(let evaluation):
      try add(evaluation)
      end = nil
    case .ended(let reason):
      end = reason
    }
  }

  private mutating func add(_ proposal: Proposal) throws(Inconsistency) {
    guard proposal.ordinal == candidates.count else {
      throw .proposalOutOfOrder(ordinal: proposal.ordinal, expected: candidates.count)
    }
    guard hashes.insert(proposal.hash).inserted else {
      throw .networkProposedTwice(ordinal: proposal.ordinal)
    }
    candidates.append(Candidate(proposal: proposal))
  }

  private mutating func add(_ evaluation: Evaluation) throws(Inconsistency) {
    let ordinal = evaluation.ordinal
    guard candidates.indices.contains(ordinal) else {
      throw .evaluationOfUnknown(ordinal: ordinal)
    }
    guard candidates[ordinal].evaluation == nil else { throw .evaluatedTwice(ordinal: ordinal) }
    let score = objective.score(of: evaluation)
    candidates[ordinal] = Candidate(
      proposal: candidates[ordinal].proposal, evaluation: evaluation, score: score)
    evaluatedCount += 1
    if score == nil { failedCount += 1 }
    while evaluatedPrefix < candidates.count, candidates[evaluatedPrefix].evaluation != nil {
      evaluatedPrefix += 1
    }
    if let score { rank(score, ordinal: ordinal) }
  }

  /// Independent of the order in which evaluations arrive: ties go to the lower ordinal.
  private mutating func rank(_ score: Score, ordinal: Int) {
    guard let bestOrdinal, let best = candidates[bestOrdinal].score else {
      self.bestOrdinal = ordinal
      return
    }
    if score.outranks(best) || (!best.outranks(score) && ordinal < bestOrdinal) {
      self.bestOrdinal = ordinal
    }
  }
}
