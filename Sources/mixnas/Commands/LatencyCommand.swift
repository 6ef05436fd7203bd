import Architectures
import ArgumentParser
import Evaluation
import Kernels
import Reports
import Search

struct LatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Measure how long networks take on this CPU.",
    discussion: """
      One image at a time, batch norm folded, each thread pinned to a core. Several networks take \
      turns, so that a drift of the machine hits all alike. Printed are the median with its 95 % \
      interval and the ratio to the first network. The weights don't matter for the time; random \
      ones are used.

      A search measures its candidates as they come, minutes or hours apart. With --select pareto \
      those of its front are timed by turns, beside what the search recorded.

      Networks by name: \(ReferenceNetwork.all.map(\.name).joined(separator: ", ")).
      """)

  @Argument(
    help: ArgumentHelp(
      "A network's name, a genome file (.json), weights (.safetensors), a run or training folder, "
        + "or a genome in block notation.",
      valueName: "network"),
    completion: .file())
  var networks: [String]

  @Option(
    help: "Which candidates of a run folder: best, a number, or pareto, the front. (default: best)")
  var select: RunSelection?

  @Option(help: "Threads that share one inference.")
  var threads = 1

  @Option(help: "Seconds to measure each network for, about; five runs at least.")
  var seconds = 2.0

  @OptionGroup var options: NetworkOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 256, not \(threads).")
    }
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds must be above 0 and at most 3600, not \(seconds).")
    }
  }

  func run() throws {
    let compared = try ComparedNetworks(networks, select: select, options: options)
    warnAboutThreads(threads)
    compared.warnAboutInputs()
    compared.announce(seconds: seconds)
    let latencies = try NetworkBenchmark.latencies(
      of: compared.graphs, threads: threads, seconds: seconds)
    let report = LatencyReport(
      instructionSet: KernelSet.current.instructionSet.rawValue,
      latencies.indices.map { (compared.graphs[$0], latencies[$0], compared.recorded[$0]) })
    if json {
      try Terminal.writeJSON(report)
    } else {
      try Terminal.write(report.rendered)
    }
  }
}
