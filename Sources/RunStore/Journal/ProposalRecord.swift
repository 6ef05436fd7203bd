import Architectures
import Search
import SearchSpaces

/// A proposal as the journal spells it, for ever.
struct ProposalRecord: Sendable, Hashable, Codable {
  var ordinal: Int
  var choices: [Int]
  /// Block notation.
  var genome: String
  var hash: String
  /// 16 hexadecimal digits: many readers of JSON round large numbers.
  var seed: String
  var parent: Int?
  var mutatedGene: Int?

  init(_ proposal: Proposal) {
    ordinal = proposal.ordinal
    choices = proposal.choices.indices
    genome = proposal.genome.blockNotation
    hash = proposal.hash
    let digits = String(proposal.seed, radix: 16)
    seed = String(repeating: "0", count: 16 - digits.count) + digits
    parent = proposal.parent
    mutatedGene = proposal.mutatedGene
  }

  /// The proposal, of the space that the run has frozen.
  func proposal(in space: SearchSpace) throws(RunStoreError.LineProblem) -> Proposal {
    let choices = Choices(choices)
    guard space.contains(choices) else { throw .foreignChoices(ordinal: ordinal) }
    guard let seed = UInt64(seed, radix: 16) else { throw .invalidEvent("seed \(seed)") }
    // A network that can't be built has no notation that reads back; it was evaluated, and
    // failed, all the same.
    let genome = (try? Genome(blockNotation: genome)) ?? space.genome(for: choices).canonical
    return Proposal(
      ordinal: ordinal, choices: choices, genome: genome, hash: hash, seed: seed,
      parent: parent, mutatedGene: mutatedGene)
  }
}
