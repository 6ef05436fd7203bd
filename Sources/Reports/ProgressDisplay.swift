/// Writes progress to standard error: one line that is rewritten on a terminal, else a plain line
/// per update.
package final class ProgressDisplay {
  package enum Style: Sendable { case terminal, lines, none }

  package let style: Style
  private let columns: () -> Int?
  private let write: (String) -> Void
  /// What stands on the line that the next text takes the place of.
  private var shown = ""

  /// - Parameter columns: of the terminal, nil where it doesn't say. A line that is rewritten is
  ///   cut to them: the rest would stay behind on a line of its own.
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
