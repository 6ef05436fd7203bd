import Architectures
import Search

/// What `best.json` holds.
struct BestRecord: Sendable, Encodable {
  let ordinal: Int
  let reward: Double
  let validationAccuracy: Double
  let multiplyAdds: Int
  let parameters: Int
  let latencyMilliseconds: Double?
  let blockNotation: String
  let hash: String
  let genome: Genome

  /// Nil for a candidate without a score.
  init?(_ candidate: Candidate) {
    guard let score = candidate.score, let scores = candidate.scores else { return nil }
    ordinal = candidate.ordinal
    reward = score.reward
    validationAccuracy = scores.validationAccuracy
    multiplyAdds = scores.multiplyAdds
    parameters = scores.parameters
    latencyMilliseconds = scores.latency?.medianMilliseconds
    blockNotation = candidate.proposal.genome.blockNotation
    hash = candidate.proposal.hash
    genome = candidate.proposal.genome
  }
}
