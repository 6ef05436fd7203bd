import Architectures
import ArgumentParser
import Evaluation
import Kernels
import Reports
import SearchSpaces

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Print what a network or a search space consists of.",
    discussion: """
      A network is shown layer by layer with shapes, parameters, multiply-adds and the receptive \
      field; a search space with its choices, the number of distinct genomes and the range of \
      multiply-adds. --compare puts several networks side by side, with their latency on this CPU.

        mixnas describe --compare mixnet-s mobilenet-v2 results/fashion

      Networks by name:

      \(ReferenceNetwork.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
      """)

  @Argument(
    help: ArgumentHelp(
      "A search space (.yaml), a genome file (.json), weights (.safetensors), a run or training "
        + "folder, a network's name, or a genome in block notation; with --compare several "
        + "networks.", valueName: "subject"),
    completion: .file())
  var subjects: [String]

  @Flag(help: "Put networks side by side.")
  var compare = false

  @Flag(
    name: .customLong("no-latency"), help: "With --compare: don't measure latency.")
  var leavesLatencyOut = false

  @Option(help: "Which candidate of a run folder: best or a number. (default: best)")
  var select: CandidateSelection?

  @OptionGroup var options: NetworkOptions

  @Flag(help: "Print JSON.")
  var json = false

  /// For each network of a comparison.
  private static let secondsOfLatency = 1.0

  func validate() throws {
    if !compare, subjects.count > 1 {
      let hint =
        subjects[0].hasPrefix("stem")
        ? "put a network in block notation in quotes"
        : Int(subjects[1]) != nil
          ? "--select \(subjects[1]) chooses a candidate of a run"
          : "add --compare to put networks side by side"
      throw ValidationError("There are \(subjects.count) subjects; \(hint).")
    }
    if compare, select != nil {
      throw ValidationError("--select is for one network; 'mixnas export' writes others as files.")
    }
    if !compare, leavesLatencyOut {
      throw ValidationError("--no-latency is for --compare.")
    }
    if !compare, Self.isSearchSpace(subjects[0]) {
      for (option, isGiven) in [
        ("--resolution", options.resolution != nil), ("--channels", options.channels != nil),
        ("--select", select != nil),
      ] where isGiven {
        throw ValidationError("\(option) is for networks; a search space says its own.")
      }
    }
    if compare, let space = subjects.first(where: Self.isSearchSpace) {
      throw ValidationError("--compare is for networks, and \(space) is a search space.")
    }
  }

  func run() throws {
    if compare {
      try runComparison()
    } else if Self.isSearchSpace(subjects[0]) {
      try describe(space: subjects[0])
    } else {
      try describe(network: subjects[0])
    }
  }

  private static func isSearchSpace(_ subject: String) -> Bool {
    subject.hasSuffix(".yaml") || subject.hasSuffix(".yml")
  }

  private func describe(space: String) throws {
    let space = try SearchSpace(contentsOf: space)
    let description = options.classes.map(space.description) ?? space.description()
    if json {
      try Terminal.writeJSON(SpaceReport.Document(description))
    } else {
      try Terminal.write(SpaceReport(description).rendered)
    }
  }

  private func describe(network name: String) throws {
    let network = options.applied(to: try NamedNetwork(name, selection: select))
    let graph = try network.graph()
    if json {
      try Terminal.writeJSON(
        NetworkReport.Document(graph, genome: network.architecture.genome))
    } else {
      try Terminal.write(NetworkReport(graph, genome: network.architecture.genome).rendered)
    }
  }

  private func runComparison() throws {
    let compared = try ComparedNetworks(subjects, options: options)
    if !leavesLatencyOut { compared.announce(seconds: Self.secondsOfLatency) }
    let graphs = compared.graphs
    let latencies =
      leavesLatencyOut
      ? nil
      : try NetworkBenchmark.latencies(of: graphs, threads: 1, seconds: Self.secondsOfLatency)
    let comparison = NetworkComparison(
      instructionSet: KernelSet.current.instructionSet.rawValue, graphs, latencies: latencies)
    if json {
      try Terminal.writeJSON(comparison)
    } else {
      try Terminal.write(comparison.rendered)
    }
  }
}
