import Architectures
import Foundation
import RunStore
import Search
import SearchSpaces

/// What a run has found, for people.
package struct RunReport {
  private let state: SearchState
  private let settings: ObjectiveSettings

  package init(_ state: SearchState) {
    self.state = state
    settings = state.objective.settings
  }

  /// How a cost is written: `1.23 ms`, `3.21 M`.
  package static func cost(_ value: Double, _ kind: CostKind) -> String {
    kind == .latency ? Numbers.milliseconds(value) : Numbers.short(value)
  }

  /// `accuracy × (latency / 0.0400 ms)^-0.07`
  package var objectiveLine: String {
    let unit = settings.cost == .latency ? "latency" : settings.cost.rawValue
    let target = Self.cost(settings.target, settings.cost)
    switch settings.form {
    case .soft: return "accuracy × (\(unit) / \(target))^\(settings.exponent)"
    case .hard:
      return "accuracy, beyond \(target) × (\(unit) / \(target))^\(settings.exponent)"
    case .limit: return "accuracy within \(target) of \(unit)"
    }
  }

  /// `#7: accuracy 0.8712 at 3.21 M multiply-adds, reward 0.8701 (median candidate 0.8412)`
  package var bestLine: String {
    guard let best = state.best, let score = best.score else { return "no candidate has a score" }
    let unit = settings.cost == .latency ? "" : " \(settings.cost.rawValue)"
    var line =
      "#\(best.ordinal): accuracy \(Numbers.accuracy(score.accuracy)) at "
      + "\(Self.cost(score.cost, settings.cost))\(unit), reward \(Numbers.accuracy(score.reward))"
    if let median = medianReward { line += " (median candidate \(Numbers.accuracy(median)))" }
    if settings.form == .limit, score.cost > settings.target {
      line +=
        "; no candidate is within the limit of \(Self.cost(settings.target, settings.cost))\(unit)"
    }
    return line
  }

  /// Of the candidates with a score; nil without any.
  package var medianReward: Double? {
    let rewards = state.candidates.compactMap { $0.score?.reward }.sorted()
    guard !rewards.isEmpty else { return nil }
    return (rewards[(rewards.count - 1) / 2] + rewards[rewards.count / 2]) / 2
  }

  /// The candidates that no other one beats in both accuracy and cost, cheapest first.
  package var frontTable: String { table(of: state.front.candidates) }

  /// All candidates, by ordinal.
  package var candidateTable: String { table(of: state.candidates) }

  private func table(of candidates: [Candidate]) -> String {
    var table = TextTable(columns: [
      .right("#"), .left(""), .right("accuracy"), .right("latency"), .right("multiply-adds"),
      .right("parameters"), .right("reward"), .right("seconds"), .left("note"),
    ])
    let front = state.front.ordinals
    for candidate in candidates {
      let scores = candidate.scores
      let mark =
        candidate.ordinal == state.best?.ordinal
        ? "best" : (front.contains(candidate.ordinal) ? "front" : "")
      table.addRow([
        "\(candidate.ordinal)", mark,
        scores.map { Numbers.accuracy($0.validationAccuracy) } ?? "–",
        scores?.latency.map { Numbers.milliseconds($0.medianMilliseconds) } ?? "–",
        scores.map { Numbers.grouped($0.multiplyAdds) } ?? "–",
        scores.map { Numbers.grouped($0.parameters) } ?? "–",
        candidate.score.map { Numbers.accuracy($0.reward) } ?? "–",
        candidate.evaluation.map { Numbers.fixed($0.timing.seconds, 1) } ?? "–",
        candidate.evaluation == nil ? "in flight" : candidate.failure?.summary ?? "",
      ])
    }
    return table.rendered
  }

  /// Accuracy against cost, as SVG.
  package func chart(title: String) -> ParetoChart {
    let front = state.front.ordinals
    let points = state.candidates.compactMap { candidate in
      candidate.score.map {
        ParetoChart.Point(
          cost: $0.cost, accuracy: $0.accuracy, isOnFront: front.contains(candidate.ordinal),
          label: "#\(candidate.ordinal) \(candidate.proposal.genome.blockNotation)")
      }
    }
    let costTitle = settings.cost == .latency ? "latency in ms" : settings.cost.rawValue
    return ParetoChart(title: title, costTitle: costTitle, points: points)
  }
}
