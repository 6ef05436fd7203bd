import ArgumentParser
import Kernels
import Reports

extension BenchCommand {
  struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "kernels",
      abstract: "Time the kernels on shapes of real networks, one thread.",
      discussion: """
        The share is that of the multiply-add peak measured in the same run. Compare figures of \
        one run only.
        """)

    @Option(
      help: ArgumentHelp("Only kernels whose name contains this.", valueName: "text"))
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

    private struct Row: Encodable {
      let kernel: String
      let shape: String
      let milliseconds: Double
      let gflops: Double
      let gigabytesPerSecond: Double
      let shareOfPeak: Double?
    }

    func run() throws {
      let start = ContinuousClock.now
      let rows = KernelBenchmark.run(filter: filter, millisecondsPerCase: milliseconds) {
        (ContinuousClock.now - start) / .seconds(1)
      }
      guard !rows.isEmpty else { throw CommandProblem.noSuchKernel(filter) }
      if json {
        try Terminal.writeJSON(
          rows.map {
            Row(
              kernel: $0.name, shape: $0.shape, milliseconds: $0.milliseconds,
              gflops: $0.gflops, gigabytesPerSecond: $0.gigabytesPerSecond,
              shareOfPeak: $0.shareOfPeak)
          })
        return
      }
      var table = TextTable(columns: [
        .left("kernel"), .left("shape"), .right("time"), .right("GFLOP/s"), .right("GB/s"),
        .right("of peak"),
      ])
      for row in rows {
        table.addRow([
          row.name, row.shape, Numbers.milliseconds(row.milliseconds),
          Numbers.fixed(row.gflops, 1), Numbers.fixed(row.gigabytesPerSecond, 1),
          row.shareOfPeak.map { Numbers.percent($0) } ?? "–",
        ])
      }
      Terminal.write(
        "\(KernelSet.current.instructionSet.rawValue), one thread\n\n\(table.rendered)")
    }
  }
}
