import Architectures
import ArgumentParser
import Evaluation
import Kernels
import Reports
import Search
import SearchSpaces

struct LatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Measure how long networks take on this CPU.",
    discussion: """
      One image at a time, batch norm folded, each thread pinned to a core. Printed is the median
      with its 95 % interval. The weights don't matter for the time; random ones are used.
      """)

  @Argument(
    help: ArgumentHelp(
      "A network's name, a genome file (.json), a run folder, or a genome in block notation.",
      valueName: "network"),
    completion: .file())
  var networks: [String]

  @Option(help: "Threads that share one inference.")
  var threads = 1

  @Option(help: "Seconds to measure each network for, at most.")
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
    var settings = LatencySettings()
    settings.threads = threads
    settings.seconds = seconds
    settings.maximumRuns = 10_001
    let graphs = try networks.map { try options.network(named: $0).graph() }
    let meter = try LatencyMeter(settings: settings)
    let measurements = graphs.map { LatencyReport.Row(graph: $0, latency: meter.measure($0)) }
    let report = LatencyReport(
      instructionSet: KernelSet.current.instructionSet.rawValue, rows: measurements)
    if json {
      try Terminal.writeJSON(report)
    } else {
      Terminal.write(report.rendered)
    }
  }
}
