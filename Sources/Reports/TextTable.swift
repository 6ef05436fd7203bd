/// A table of aligned columns, for terminals and plain files.
///
///     var table = TextTable(columns: [.left("network"), .right("parameters")])
///     table.addRow(["mixnet-s", "4,134,606"])
///     print(table.rendered)
package struct TextTable: Sendable {
  package struct Column: Sendable {
    package let title: String
    package let isRightAligned: Bool

    /// Text.
    package static func left(_ title: String) -> Column {
      Column(title: title, isRightAligned: false)
    }
    /// Numbers.
    package static func right(_ title: String) -> Column {
      Column(title: title, isRightAligned: true)
    }
  }

  private enum Line {
    case cells([String])
    case rule
  }

  private let columns: [Column]
  private var lines: [Line] = []

  package init(columns: [Column]) { self.columns = columns }

  /// - Precondition: as many cells as columns.
  package mutating func addRow(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has one cell per column")
    lines.append(.cells(cells))
  }

  /// A horizontal line, before totals.
  package mutating func addRule() { lines.append(.rule) }

  /// Lines with a newline behind each; no spaces at their ends.
  package var rendered: String {
    var widths = columns.map(\.title.count)
    for case .cells(let cells) in lines {
      for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.count) }
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "──")
    var text = render(columns.map(\.title), widths) + rule + "\n"
    for line in lines {
      switch line {
      case .cells(let cells): text += render(cells, widths)
      case .rule: text += rule + "\n"
      }
    }
    return text
  }

  private func render(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - cell.count)
      line += columns[index].isRightAligned ? padding + cell : cell + padding
      if index < cells.count - 1 { line += "  " }
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
