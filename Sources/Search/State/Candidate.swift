/// A proposal with what has become of it.
package struct Candidate: Sendable, Hashable {
  package let proposal: Proposal
  /// Nil until it is evaluated.
  package let evaluation: Evaluation?
  /// Nil until it is evaluated, and where that failed.
  package let score: Score?

  package init(proposal: Proposal, evaluation: Evaluation? = nil, score: Score? = nil) {
    self.proposal = proposal
    self.evaluation = evaluation
    self.score = score
  }

  package var ordinal: Int { proposal.ordinal }

  /// What training and counting gave, nil until then and where it failed.
  package var scores: Evaluation.Scores? {
    guard case .completed(let scores)? = evaluation?.outcome else { return nil }
    return scores
  }

  package var failure: Evaluation.Failure? {
    guard case .failed(let failure)? = evaluation?.outcome else { return nil }
    return failure
  }
}
