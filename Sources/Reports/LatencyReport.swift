import Architectures
import Search

/// Measured latencies side by side, each also as a ratio to the first.
package struct LatencyReport: Encodable {
  package struct Row: Encodable {
    let network: String
    let multiplyAdds: Int
    let parameters: Int
    let latency: LatencyMeasurement

    package init(graph: NetworkGraph, latency: LatencyMeasurement) {
      network = graph.name
      multiplyAdds = graph.multiplyAdds
      parameters = graph.parameterCount
      self.latency = latency
    }
  }

  private let instructionSet: String
  private let rows: [Row]

  package init(instructionSet: String, rows: [Row]) {
    self.instructionSet = instructionSet
    self.rows = rows
  }

  package var rendered: String {
    var table = TextTable(columns: [
      .left("network"), .right("multiply-adds"), .right("parameters"), .right("median"),
      .right("95 % interval"), .right("runs"), .right("ratio"), .right("GFLOP/s"),
    ])
    for row in rows {
      let latency = row.latency
      let first = rows[0].latency.medianMilliseconds
      let rate = 2 * Double(row.multiplyAdds) / latency.medianMilliseconds / 1e6
      table.addRow([
        row.network, Numbers.grouped(row.multiplyAdds), Numbers.grouped(row.parameters),
        Numbers.milliseconds(latency.medianMilliseconds),
        "\(Numbers.fixed(latency.lowMilliseconds, 3)) – \(Numbers.fixed(latency.highMilliseconds, 3))",
        "\(latency.samples)", Numbers.fixed(latency.medianMilliseconds / first, 2),
        Numbers.fixed(rate, 1),
      ])
    }
    let threads = rows.first?.latency.threads ?? 1
    return "\(instructionSet), \(threads) thread\(threads == 1 ? "" : "s"), batch 1\n\n"
      + table.rendered
  }
}
