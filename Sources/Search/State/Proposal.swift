import Architectures
import Randomness
import SearchSpaces

/// A network that a strategy wants to have evaluated.
package struct Proposal: Sendable, Hashable {
  /// Place in the order of proposals, from 0.
  package let ordinal: Int
  package let choices: Choices
  /// In canonical form.
  package let genome: Genome
  /// Of the genome; no two proposals of a search share it.
  package let hash: String
  /// Of the candidate's own random streams.
  package let seed: UInt64
  /// Ordinal of the candidate that this one was mutated from, nil for a random one.
  package let parent: Int?
  /// Index of the mutated gene in `SearchSpace.genes`, nil for a random one.
  package let mutatedGene: Int?

  package init(
    ordinal: Int, choices: Choices, genome: Genome, hash: String, seed: UInt64, parent: Int?,
    mutatedGene: Int?
  ) {
    self.ordinal = ordinal
    self.choices = choices
    self.genome = genome
    self.hash = hash
    self.seed = seed
    self.parent = parent
    self.mutatedGene = mutatedGene
  }

  /// The proposal of a suggestion, as candidate `ordinal` of the run with seed `runSeed`.
  package init(_ suggestion: Suggestion, ordinal: Int, space: SearchSpace, runSeed: UInt64) {
    let genome = space.genome(for: suggestion.choices).canonical
    var stream = RandomStream(seed: runSeed).substream("candidate", ordinal)
    self.init(
      ordinal: ordinal, choices: suggestion.choices, genome: genome, hash: genome.hash,
      seed: stream.next(), parent: suggestion.parent, mutatedGene: suggestion.mutatedGene)
  }

  package var task: EvaluationTask {
    EvaluationTask(ordinal: ordinal, genome: genome, seed: seed)
  }
}
