import ArgumentParser
import Kernels
import Reports
import RunStore

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Print which kernels this CPU runs, and how fast they are.",
    discussion: "Without a subcommand the CPU and the kernels that are chosen for it.",
    subcommands: [KernelsCommand.self])

  @Flag(help: "The CPU and its kernels, which is what happens anyway without a subcommand.")
  var cpu = false

  @Flag(help: "Print JSON.")
  var json = false

  private struct Document: Encodable {
    let host: HostFingerprint
    let available: [String]
    let vectorWidth: Int
  }

  func run() throws {
    let host = HostFingerprint.thisMachine
    let available = KernelSet.available.map(\.instructionSet.rawValue)
    if json {
      try Terminal.writeJSON(
        Document(
          host: host, available: available, vectorWidth: KernelSet.current.vectorWidth))
      return
    }
    Terminal.write(
      """
      processor        \(host.processor), \(host.cores) cores
      system           \(host.operatingSystem)
      kernels          \(host.instructionSet), \(KernelSet.current.vectorWidth) floats a vector
      available        \(available.joined(separator: ", "))

      """)
  }
}

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
