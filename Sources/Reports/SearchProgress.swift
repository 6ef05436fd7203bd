import Foundation

/// How far a search is, at one moment.
package struct SearchProgress: Sendable {
  package var evaluated: Int
  package var failed: Int
  package var budget: Int
  /// Evaluations of earlier processes of the same run; the rate leaves them out.
  package var evaluatedBefore: Int
  package var seconds: Double
  /// Of the best candidate so far.
  package var best: Best?

  package struct Best: Sendable {
    package var ordinal: Int
    package var accuracy: Double
    /// With its unit, as `RunReport.cost` writes it.
    package var cost: String

    package init(ordinal: Int, accuracy: Double, cost: String) {
      self.ordinal = ordinal
      self.accuracy = accuracy
      self.cost = cost
    }
  }

  package init(
    evaluated: Int, failed: Int, budget: Int, evaluatedBefore: Int, seconds: Double, best: Best?
  ) {
    self.evaluated = evaluated
    self.failed = failed
    self.budget = budget
    self.evaluatedBefore = evaluatedBefore
    self.seconds = seconds
    self.best = best
  }

  /// `12/60 [████░░░░░░] best 0.8712 at 3.21 M (#7)  412/h  7 min 03 s left`
  package func line(barWidth: Int = 20) -> String {
    let share = budget > 0 ? Double(evaluated) / Double(budget) : 1
    let bar = Numbers.bar(share, width: barWidth)
    var parts = ["\(evaluated)/\(budget)", "[\(bar)]"]
    if let best {
      parts.append("best \(Numbers.accuracy(best.accuracy)) at \(best.cost) (#\(best.ordinal))")
    }
    if failed > 0 { parts.append("\(failed) failed") }
    let done = evaluated - evaluatedBefore
    if done > 0, seconds > 0 {
      parts.append("\(Int((Double(done) / seconds * 3600).rounded()))/h")
      if evaluated < budget {
        let left = seconds / Double(done) * Double(budget - evaluated)
        parts.append("\(Numbers.duration(left)) left")
      }
    }
    return parts.joined(separator: "  ")
  }
}
