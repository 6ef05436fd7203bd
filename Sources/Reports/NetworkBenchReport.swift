import Architectures
import Search

/// Networks timed at work side by side, each also as a ratio to the first at the same work.
package struct NetworkBenchReport: Encodable {
  package struct Row: Encodable {
    let network: String
    /// `inference` or `training`.
    let work: String
    /// Images of one run.
    let batch: Int
    let multiplyAdds: Int
    let parameters: Int
    /// Of one run, which is a batch.
    let time: LatencyMeasurement
    let imagesPerSecond: Double
    let gflops: Double
    /// Of the multiply-add peak of as many threads; nil where that is not known.
    let shareOfPeak: Double?
    /// Buffers and weights of the plan.
    let memoryBytes: Int
    let profile: LayerProfile?

    /// - Parameters:
    ///   - operationsPerMultiplyAdd: of the forward pass: 2, and 6 with a backward pass.
    ///   - peakGflops: of one thread.
    package init(
      graph: NetworkGraph, work: String, batch: Int, operationsPerMultiplyAdd: Int,
      time: LatencyMeasurement, peakGflops: Double?, memoryBytes: Int, profile: LayerProfile?
    ) {
      network = graph.name
      self.work = work
      self.batch = batch
      multiplyAdds = graph.multiplyAdds
      parameters = graph.parameterCount
      self.time = time
      imagesPerSecond = Double(batch) / time.medianMilliseconds * 1000
      gflops = imagesPerSecond * Double(operationsPerMultiplyAdd * graph.multiplyAdds) / 1e9
      shareOfPeak = peakGflops.map { [gflops] in gflops / ($0 * Double(time.threads)) }
      self.memoryBytes = memoryBytes
      self.profile = profile
    }
  }

  private let host: HostSummary
  private let residentPeakBytes: Int?
  private let rows: [Row]

  /// What the figures are relative to.
  package struct HostSummary: Encodable {
    let processor: String
    let instructionSet: String
    /// Of one thread, measured in the same run.
    let peakGflops: Double?

    package init(processor: String, instructionSet: String, peakGflops: Double?) {
      self.processor = processor
      self.instructionSet = instructionSet
      self.peakGflops = peakGflops
    }
  }

  /// - Parameter residentPeakBytes: the most memory that the process ever had, nil if unknown.
  package init(host: HostSummary, residentPeakBytes: Int?, rows: [Row]) {
    self.host = host
    self.residentPeakBytes = residentPeakBytes
    self.rows = rows
  }

  /// - Parameter allLayers: a profile lists every layer, not the slowest alone.
  package func rendered(allLayers: Bool = false) -> String {
    var text = "\(host.processor), \(host.instructionSet)"
    if let peak = host.peakGflops {
      text += ", \(Numbers.fixed(peak, 0)) GFLOP/s of multiply-adds at most on one thread"
    }
    text += "\n\n" + table
    if let residentPeakBytes {
      text += "\npeak memory of the process: \(Self.bytes(residentPeakBytes))\n"
    }
    for row in rows {
      guard let profile = row.profile else { continue }
      text += "\n\(row.network), \(row.work), batch \(row.batch)\n\n"
      text += profile.rendered(allLayers: allLayers)
    }
    return text
  }

  private var table: String {
    var table = TextTable(columns: [
      .left("network"), .left("work"), .right("batch"), .right("threads"), .right("median"),
      .right("95 % interval"), .right("runs"), .right("ratio"), .right("images/s"),
      .right("GFLOP/s"), .right("of peak"), .right("memory"),
    ])
    var work: String?
    for row in rows {
      if let work, work != row.work { table.addRule() }
      work = row.work
      let first = rows.first { $0.work == row.work } ?? row
      // Batches may differ, so it is images that compare.
      let ratio = first.imagesPerSecond / row.imagesPerSecond
      table.addRow([
        row.network, row.work, "\(row.batch)", "\(row.time.threads)",
        Numbers.milliseconds(row.time.medianMilliseconds),
        Numbers.interval(row.time), "\(row.time.samples)", Numbers.ratio(ratio),
        Numbers.short(row.imagesPerSecond),
        Numbers.fixed(row.gflops, 1), row.shareOfPeak.map { Numbers.percent($0) } ?? "–",
        Self.bytes(row.memoryBytes),
      ])
    }
    return table.rendered
  }

  /// `12.3 MB`
  private static func bytes(_ count: Int) -> String { Numbers.short(Double(count)) + "B" }
}
