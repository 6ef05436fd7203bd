import Architectures
import Search

/// Measured latencies side by side, each also as a ratio to the first.
package struct LatencyReport: Encodable {
  package struct Row: Encodable {
    let network: String
    let input: TensorShape
    let multiplyAdds: Int
    let parameters: Int
    let latency: LatencyMeasurement
    /// Of the medians, to the first network's.
    let ratio: Double
    /// The median that a search measured on as many threads, nil where none did.
    let recordedMilliseconds: Double?
  }

  private let instructionSet: String
  private let rows: [Row]

  package typealias Measurement = (
    graph: NetworkGraph, latency: LatencyMeasurement, recorded: LatencyMeasurement?
  )

  /// - Parameter measurements: of at least one network, all with the same number of threads;
  ///   `recorded` is what a search measured.
  package init(instructionSet: String, _ measurements: [Measurement]) {
    self.instructionSet = instructionSet
    let first = measurements.first?.latency.medianMilliseconds ?? 1
    rows = measurements.map { graph, latency, recorded in
      Row(
        network: graph.name, input: graph.input, multiplyAdds: graph.multiplyAdds,
        parameters: graph.parameterCount,
        latency: latency, ratio: latency.medianMilliseconds / first,
        recordedMilliseconds: recorded.flatMap {
          $0.threads == latency.threads ? $0.medianMilliseconds : nil
        })
    }
  }

  package var rendered: String {
    let isRecorded = rows.contains { $0.recordedMilliseconds != nil }
    var table = TextTable(
      columns: [
        .left("network"), .right("multiply-adds"), .right("parameters"), .right("median"),
        .right("95 % interval"), .right("runs"), .right("ratio"), .right("GFLOP/s"),
      ] + (isRecorded ? [.right("in the search")] : []))
    for row in rows {
      let latency = row.latency
      let rate = 2 * Double(row.multiplyAdds) / latency.medianMilliseconds / 1e6
      let recorded = row.recordedMilliseconds.map(Numbers.milliseconds) ?? "–"
      table.addRow(
        [
          row.network, Numbers.grouped(row.multiplyAdds), Numbers.grouped(row.parameters),
          Numbers.milliseconds(latency.medianMilliseconds), Numbers.interval(latency),
          "\(latency.samples)", Numbers.ratio(row.ratio), Numbers.fixed(rate, 1),
        ] + (isRecorded ? [recorded] : []))
    }
    let threads = rows.first?.latency.threads ?? 1
    return "\(instructionSet), \(threads) thread\(threads == 1 ? "" : "s"), batch 1\n\n"
      + table.rendered
  }
}

extension Numbers {
  /// `1.082 – 1.097`, in milliseconds: a digit more than the median has.
  static func interval(_ latency: LatencyMeasurement, _ between: String = "–") -> String {
    let median = latency.medianMilliseconds
    let digits = median >= 0.9995 ? 3 : median >= 0.09995 ? 4 : 5
    return "\(fixed(latency.lowMilliseconds, digits)) \(between) "
      + fixed(latency.highMilliseconds, digits)
  }
}
