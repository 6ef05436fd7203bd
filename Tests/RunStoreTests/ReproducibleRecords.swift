import Files
import Search

@testable import RunStore

extension RunState {
  /// One JSON line per candidate, by ordinal, with all that its records hold but measured times
  /// and when they were written.
  ///
  /// Two runs with the same configuration and a cost that is not measured have the same lines,
  /// however often they were interrupted and by however many workers they were evaluated.
  func reproducibleRecords() throws -> [String] {
    try search.candidates.map { candidate in
      var evaluation = candidate.evaluation.map { EvaluationRecord($0) }
      evaluation?.measured = nil
      let record = CandidateRecord(
        proposed: ProposalRecord(candidate.proposal), evaluated: evaluation)
      return String(decoding: try CanonicalJSON.bytes(record), as: UTF8.self)
    }
  }
}

private struct CandidateRecord: Encodable {
  let proposed: ProposalRecord
  let evaluated: EvaluationRecord?
}
