import ArgumentParser
import Kernels
import Reports

extension BenchCommand {
  struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "kernels",
      abstract: "Time the kernels on shapes of real networks, one thread.",
      discussion: """
        The shares are those of the multiply-add peak measured between a kernel's own runs, and of \
        the bandwidth measured at the beginning: the second-level cache's for operands that lie \
        there together, the main memory's for larger ones, of which a third-level cache may give \
        more. Compare figures of one run only.
        """)

    @Option(
      help: ArgumentHelp(
        "Only cases that contain this, say 'pointwise' or 'depthwise.forward 56x56'.",
        valueName: "text"))
    var filter = ""

    @Option(help: "Milliseconds for each case, at least.")
    var milliseconds = 50.0

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      guard milliseconds > 0, milliseconds <= 60_000 else {
        throw ValidationError(
          "--milliseconds must be above 0 and at most 60000, not \(milliseconds).")
      }
    }

    private struct Document: Encodable {
      let rows: [KernelBenchmark.Row]
      let summaries: [KernelBenchmark.Summary]
    }

    /// The matrix products, altogether and each for itself.
    private static let summarized = [
      "pointwise", "pointwise.forward", "pointwise.inputGradient", "pointwise.weightGradient",
    ]

    func run() throws {
      let start = ContinuousClock.now
      let rows = KernelBenchmark.run(filter: filter, millisecondsPerCase: milliseconds) {
        (ContinuousClock.now - start) / .seconds(1)
      }
      guard !rows.isEmpty else { throw CommandProblem.noSuchKernel(filter) }
      let summaries = KernelBenchmark.summaries(rows, of: Self.summarized)
      if json {
        try Terminal.writeJSON(Document(rows: rows, summaries: summaries))
        return
      }
      var table = TextTable(columns: [
        .left("kernel"), .left("shape"), .right("time"), .right("GFLOP/s"), .right("GB/s"),
        .right("of peak"), .right("of memory"),
      ])
      for row in rows {
        table.addRow([
          row.kernel, row.shape, Numbers.milliseconds(row.milliseconds),
          row.gflops > 0 ? Numbers.fixed(row.gflops, 1) : "–",
          Numbers.fixed(row.gigabytesPerSecond, 1),
          row.shareOfPeak.map { Numbers.percent($0) } ?? "–",
          row.shareOfBandwidth.map { Numbers.percent($0) } ?? "–",
        ])
      }
      try Terminal.write(
        "\(KernelSet.current.instructionSet.rawValue), one thread\n\n\(table.rendered)")
      if !summaries.isEmpty { try Terminal.write("\n\(summaryTable(summaries).rendered)") }
    }

    private func summaryTable(_ summaries: [KernelBenchmark.Summary]) -> TextTable {
      var table = TextTable(columns: [
        .left("of peak"), .right("cases"), .right("median"), .right("least"),
      ])
      for summary in summaries {
        table.addRow([
          summary.kernels, "\(summary.cases)", Numbers.percent(summary.medianShareOfPeak),
          Numbers.percent(summary.leastShareOfPeak),
        ])
      }
      return table
    }
  }
}
