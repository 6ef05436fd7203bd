import Architectures

extension NetworkGraph {
  /// The network as a drawing for Graphviz: a box for each section with what it does, its
  /// output's shape and its costs; `dot -Tsvg` makes a picture of it.
  package var graphviz: String {
    var order: [String] = []
    var members: [String: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      if members[node.section] == nil { order.append(node.section) }
      members[node.section, default: []].append(index)
    }
    var lines = [
      "digraph \(Self.quoted(name)) {",
      "  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=10]",
      "  edge [color=gray40]",
    ]
    for section in order {
      lines.append("  \(Self.quoted(section)) [label=\(box(section, members[section] ?? []))]")
    }
    for section in order {
      // Each section that this one reads, once.
      var sources: [String] = []
      for input in (members[section] ?? []).flatMap({ nodes[$0].inputs }) {
        let source = nodes[input].section
        if source != section, !sources.contains(source) { sources.append(source) }
      }
      lines += sources.map { "  \(Self.quoted($0)) -> \(Self.quoted(section))" }
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  private func box(_ section: String, _ members: [Int]) -> String {
    let shape = nodes[members[members.count - 1]].shape
    let parameters = members.reduce(0) { $0 + parameterCount(of: $1) }
    let multiplyAdds = members.reduce(0) { $0 + self.multiplyAdds(of: $1) }
    var lines = [section]
    // Batch norm and dropout say nothing of the form.
    lines += members.compactMap { member in
      switch nodes[member].operation {
      case .input, .batchNormalization, .dropout: nil
      default: nodes[member].operation.summary
      }
    }
    lines.append("\(shape)")
    if parameters > 0 || multiplyAdds > 0 {
      lines.append("\(parameters) parameters, \(multiplyAdds) multiply-adds")
    }
    return Self.quoted(lines.joined(separator: "\n"))
  }

  private static func quoted(_ text: String) -> String {
    // Of scalars: a quotation mark with an accent is one character, but ends a text all the same.
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
