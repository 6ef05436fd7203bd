import Architectures

/// A network as `mixnas describe` prints it: a row a layer, then sums by kind.
package struct NetworkReport {
  /// The same facts for machines.
  package struct Document: Encodable {
    /// What stands in a genome's file, where there is one.
    struct Network: Encodable {
      let version: Int?
      let name: String
      let input: TensorShape
      let classes: Int
      let genome: Genome?
    }

    let network: Network
    let notation: String?
    let hash: String?
    let layers: LayerTable

    /// - Parameter genome: nil for a network that is none.
    package init(_ graph: NetworkGraph, genome: Genome?) {
      network = Network(
        version: genome == nil ? nil : ArchitectureFile.currentVersion, name: graph.name,
        input: graph.input, classes: graph.output.channels, genome: genome)
      notation = genome?.canonical.blockNotation
      hash = genome?.hash
      layers = LayerTable(graph)
    }
  }

  private let graph: NetworkGraph
  private let genome: Genome?

  /// - Parameter genome: nil for a network that is none.
  package init(_ graph: NetworkGraph, genome: Genome?) {
    self.graph = graph
    self.genome = genome
  }

  package var rendered: String {
    let layers = LayerTable(graph)
    var table = TextTable(columns: [
      .left("section"), .left("operation"), .right("output"), .right("parameters"),
      .right("multiply-adds"), .right("field"),
    ])
    for row in layers.rows {
      table.addRow([
        row.section, row.operation, Self.text(row.output), Numbers.grouped(row.parameters),
        Numbers.grouped(row.multiplyAdds), "\(row.receptiveField.height)",
      ])
    }
    table.addRule()
    table.addRow([
      "total", "", "", Numbers.grouped(layers.parameters), Numbers.grouped(layers.multiplyAdds),
      "\(layers.receptiveField.height)",
    ])
    return """
      \(title)

      \(table.rendered)
      \(kinds(layers))
      """
  }

  private var title: String {
    guard let genome else { return graph.name }
    return "\(graph.name)  \(genome.hash)\n\(genome.canonical.blockNotation)"
  }

  private func kinds(_ layers: LayerTable) -> String {
    var table = TextTable(columns: [
      .left("kind"), .right("layers"), .right("weights"), .right("share"), .right("multiply-adds"),
      .right("share"),
    ])
    let costs = graph.costsByKind
    let weights = costs.reduce(0) { $0 + $1.weights }
    for cost in costs {
      table.addRow([
        cost.kind.rawValue, "\(cost.layers)", Numbers.grouped(cost.weights),
        Self.share(cost.weights, of: weights), Numbers.grouped(cost.multiplyAdds),
        Self.share(cost.multiplyAdds, of: layers.multiplyAdds),
      ])
    }
    return table.rendered
  }

  private static func share(_ part: Int, of whole: Int) -> String {
    whole > 0 ? Numbers.percent(Double(part) / Double(whole), digits: 2) : "–"
  }

  private static func text(_ shape: TensorShape) -> String {
    "\(shape.height)×\(shape.width)×\(shape.channels)"
  }
}
