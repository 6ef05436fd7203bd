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

/// Writes progress to standard error: one line that is rewritten on a terminal, else a plain line
/// per update.
package final class ProgressDisplay {
  package enum Style: Sendable { case terminal, lines, none }

  private let style: Style
  private let columns: () -> Int?
  private let write: (String) -> Void
  /// What stands on the line that the next text takes the place of.
  private var shown = ""

  /// - Parameter columns: of the terminal, nil where it doesn't say. A line that is rewritten is cut
  ///   to them: the rest would stay behind on a line of its own.
  package init(
    style: Style, columns: @escaping () -> Int? = { nil }, write: @escaping (String) -> Void
  ) {
    self.style = style
    self.columns = columns
    self.write = write
  }

  /// Shows how far a search is: in place of what a terminal showed before, else on a line more.
  package func update(_ progress: SearchProgress) {
    switch style {
    case .none: break
    case .lines: write(progress.line(barWidth: 10) + "\n")
    case .terminal: rewrite(progress.line())
    }
  }

  /// Shows a line that the next one takes the place of; on a terminal alone.
  package func live(_ line: String) {
    if style == .terminal { rewrite(line) }
  }

  /// Writes a line to stay.
  package func line(_ line: String) {
    switch style {
    case .none: break
    case .lines: write(line + "\n")
    case .terminal:
      write("\r" + padded(line) + "\n")
      shown = ""
    }
  }

  private func rewrite(_ line: String) {
    // Terminals wrap a line that fills them whole.
    let line = String(line.prefix(columns().map { max(0, $0 - 1) } ?? .max))
    if line == shown { return }
    write("\r" + padded(line))
    shown = line
  }

  private func padded(_ line: String) -> String {
    line + String(repeating: " ", count: max(0, shown.count - line.count))
  }

  /// Leaves the line, so that what follows starts on one of its own.
  package func finish() {
    if style == .terminal, !shown.isEmpty { write("\n") }
    shown = ""
  }
}
