/// A network as a table, a row for each section: a convolution with its batch norm and
/// activation, a squeeze-and-excitation, a sum.
///
///     for row in LayerTable(graph).rows { print(row.section, row.operation, row.output) }
package struct LayerTable: Sendable, Hashable, Codable {
  package struct Row: Sendable, Hashable, Codable {
    /// The part of the nodes' names that they share: `blocks.3.depthwise`.
    package var section: String
    /// `mixed depthwise 3.5.7 (48+48+48) s2, batch norm, swish`
    package var operation: String
    /// Of the section's last node.
    package var output: TensorShape
    /// Trained ones.
    package var parameters: Int
    package var multiplyAdds: Int
    /// Pixels of the image that one pixel of the output depends on, not cut at the border.
    package var receptiveField: Extent
  }

  package var rows: [Row]
  package var parameters: Int
  package var multiplyAdds: Int
  package var receptiveField: Extent

  package init(_ graph: NetworkGraph) {
    let fields = graph.receptiveFields
    var sections: [Range<Int>] = []
    for index in graph.nodes.indices {
      if let last = sections.last,
        graph.nodes[index].section == graph.nodes[last.lowerBound].section
      {
        sections[sections.count - 1] = last.lowerBound..<index + 1
      } else {
        sections.append(index..<index + 1)
      }
    }
    rows = sections.map { nodes in
      let last = nodes.upperBound - 1
      return Row(
        section: graph.nodes[last].section, operation: Self.operation(of: graph.nodes[nodes]),
        output: graph.nodes[last].shape,
        parameters: nodes.reduce(0) { $0 + graph.parameterCount(of: $1) },
        multiplyAdds: nodes.reduce(0) { $0 + graph.multiplyAdds(of: $1) },
        receptiveField: fields[last].extent)
    }
    parameters = rows.reduce(0) { $0 + $1.parameters }
    multiplyAdds = rows.reduce(0) { $0 + $1.multiplyAdds }
    receptiveField = graph.receptiveField.extent
  }

  private static func operation(of nodes: ArraySlice<NetworkGraph.Node>) -> String {
    var words = nodes.map(\.operation.summary)
    if let first = nodes.first, first.section.hasSuffix("squeeze-excitation") {
      let inside = nodes.dropFirst().dropLast()
      let width = inside.first.map { " \($0.shape.channels)" } ?? ""
      let activations = inside.compactMap { node in
        if case .activation(let activation) = node.operation { activation.rawValue } else { nil }
      }
      words = ["squeeze-excitation\(width)"] + activations
    }
    return words.joined(separator: ", ")
  }
}
