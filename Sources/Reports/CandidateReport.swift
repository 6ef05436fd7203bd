import Architectures
import Foundation
import Search
import SearchSpaces

/// All that is known of one candidate, for people and machines.
package struct CandidateReport: Encodable {
  package struct Change: Encodable {
    let parent: Int
    let stage: Int
    let gene: String
    let option: String
  }

  let ordinal: Int
  let hash: String
  let genome: String
  let change: Change?
  let status: String
  let reason: String?
  let scores: Evaluation.Scores?
  let reward: Double?
  let isOnFront: Bool
  let timing: Evaluation.Timing?

  package init(_ candidate: Candidate, isOnFront: Bool, space: SearchSpace) {
    let proposal = candidate.proposal
    ordinal = candidate.ordinal
    hash = proposal.hash
    genome = proposal.genome.blockNotation
    let genes = space.genes
    if let parent = proposal.parent, let index = proposal.mutatedGene, index < genes.count {
      change = Change(
        parent: parent, stage: genes[index].stage, gene: genes[index].kind.rawValue,
        option: genes[index].options[proposal.choices.indices[index]])
    } else {
      change = nil
    }
    status =
      candidate.evaluation == nil ? "in-flight" : candidate.failure == nil ? "completed" : "failed"
    reason = candidate.failure?.summary
    scores = candidate.scores
    reward = candidate.score?.reward
    self.isOnFront = isOnFront
    timing = candidate.evaluation?.timing
  }

  package var rendered: String {
    var lines = ["#\(ordinal)  \(hash)", genome, ""]
    if let change {
      lines.append(
        "mutated from #\(change.parent): \(change.gene) of stage \(change.stage) became "
          + change.option)
    }
    if let scores {
      lines.append(
        "validation accuracy \(Numbers.accuracy(scores.validationAccuracy)), loss "
          + "\(Numbers.fixed(scores.validationLoss, 4)), training loss "
          + Numbers.fixed(scores.trainingLoss, 4))
      if let latency = scores.latency {
        lines.append(
          "latency \(Numbers.milliseconds(latency.medianMilliseconds)) (95 % interval "
            + "\(Numbers.interval(latency, "to")) ms, \(latency.samples) runs)")
      }
      lines.append(
        "\(Numbers.grouped(scores.multiplyAdds)) multiply-adds, "
          + "\(Numbers.grouped(scores.parameters)) parameters")
    }
    if let reward {
      lines.append(
        "reward \(Numbers.accuracy(reward))" + (isOnFront ? ", on the Pareto front" : ""))
    }
    if let reason { lines.append("failed: \(reason)") }
    if let timing {
      lines.append(
        "evaluated in \(Numbers.duration(timing.seconds)), "
          + "\(Numbers.grouped(Int(timing.imagesPerSecond))) images/s")
    } else {
      lines.append("not evaluated yet")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
