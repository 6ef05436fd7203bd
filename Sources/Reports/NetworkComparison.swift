import Architectures
import Search

/// Networks side by side, a column each: size, work, where both are, and latency.
package struct NetworkComparison: Encodable {
  struct Kind: Encodable {
    let kind: LayerKind
    let layers: Int
    /// Weights alone, without biases and batch norm.
    let weights: Int
    let weightShare: Double
    let multiplyAdds: Int
    let multiplyAddShare: Double
  }

  struct Network: Encodable {
    let network: String
    let input: TensorShape
    let classes: Int
    let parameters: Int
    let multiplyAdds: Int
    let receptiveField: Extent
    let kinds: [Kind]
    /// Both nil where latency was not asked for.
    let latency: LatencyMeasurement?
    let latencyRatio: Double?
  }

  let instructionSet: String
  let networks: [Network]

  /// - Parameter latencies: in the order of the graphs; nil to leave them out.
  package init(
    instructionSet: String, _ graphs: [NetworkGraph], latencies: [LatencyMeasurement]?
  ) {
    self.instructionSet = instructionSet
    networks = graphs.enumerated().map { index, graph in
      let costs = graph.costsByKind
      let weights = max(1, costs.reduce(0) { $0 + $1.weights })
      return Network(
        network: graph.name, input: graph.input, classes: graph.output.channels,
        parameters: graph.parameterCount, multiplyAdds: graph.multiplyAdds,
        receptiveField: graph.receptiveField.extent,
        kinds: costs.map { cost in
          Kind(
            kind: cost.kind, layers: cost.layers, weights: cost.weights,
            weightShare: Double(cost.weights) / Double(weights), multiplyAdds: cost.multiplyAdds,
            multiplyAddShare: Double(cost.multiplyAdds) / Double(max(1, graph.multiplyAdds)))
        },
        latency: latencies?[index],
        latencyRatio: latencies.map { $0[index].medianMilliseconds / $0[0].medianMilliseconds })
    }
  }

  package var rendered: String {
    var table = TextTable(columns: [.left("")] + networks.map { .right($0.network) })
    func addRow(_ title: String, _ cell: (Network) -> String) {
      table.addRow([title] + networks.map(cell))
    }
    addRow("input") { "\($0.input)" }
    addRow("classes") { Numbers.grouped($0.classes) }
    addRow("parameters") { Numbers.grouped($0.parameters) }
    addRow("multiply-adds") { Numbers.grouped($0.multiplyAdds) }
    addRow("receptive field") { "\($0.receptiveField.height)" }
    if networks.contains(where: { $0.latency != nil }) {
      addRow("latency") { $0.latency.map { Numbers.milliseconds($0.medianMilliseconds) } ?? "" }
      addRow("95 % interval") { $0.latency.map { Numbers.interval($0) } ?? "" }
      addRow("ratio") { $0.latencyRatio.map { Numbers.ratio($0) } ?? "" }
    }
    addShares(to: &table, "multiply-adds by kind", \.multiplyAddShare)
    addShares(to: &table, "weights by kind", \.weightShare)
    guard let latency = networks.first?.latency else { return table.rendered }
    let threads = latency.threads
    return table.rendered
      + "\nlatency on \(instructionSet), \(threads) thread\(threads == 1 ? "" : "s"), batch 1\n"
  }

  /// A row for each kind that any of the networks has.
  private func addShares(
    to table: inout TextTable, _ title: String, _ share: (Kind) -> Double
  ) {
    table.addRule()
    table.addRow([title] + networks.map { _ in "" })
    for kind in LayerKind.allCases {
      let cells = networks.map { network in
        network.kinds.first { $0.kind == kind }.map { Numbers.percent(share($0), digits: 2) }
      }
      guard cells.contains(where: { $0 != nil }) else { continue }
      table.addRow(["  " + kind.rawValue] + cells.map { $0 ?? "–" })
    }
  }
}
