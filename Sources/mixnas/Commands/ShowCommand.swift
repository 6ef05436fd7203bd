import ArgumentParser
import Files
import Foundation
import Reports
import RunStore
import Search
import SearchSpaces

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a run has found, or all about one candidate.")

  @Argument(
    help: ArgumentHelp("The run folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Argument(
    help: ArgumentHelp("A candidate: best or its number.", valueName: "candidate"))
  var candidate: CandidateSelection?

  @Option(
    help: ArgumentHelp(
      "Also draw accuracy against cost as an SVG picture.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var svg: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let svg, svg == "-" || WholeFile.isStandardOutput(svg) {
      throw ValidationError("--svg needs a file: standard output is for the report.")
    }
  }

  func run() throws {
    let reader = try RunReader(path: folder)
    if let svg { try draw(reader, to: svg) }
    let ordinals = reader.state.search.front.ordinals
    if let candidate {
      let chosen = try reader.candidate(candidate)
      let report = CandidateReport(
        chosen, isOnFront: ordinals.contains(chosen.ordinal), space: reader.space)
      if json {
        try Terminal.writeJSON(report)
      } else {
        try Terminal.write(report.rendered)
      }
    } else {
      let overview = RunOverview(reader)
      if json {
        try Terminal.writeJSON(overview)
      } else {
        try Terminal.write(overview.rendered(reader))
      }
    }
  }

  private func draw(_ reader: RunReader, to file: String) throws {
    let chart = RunReport(reader.state.search).chart(
      title: "\(reader.space.name): \(reader.state.search.evaluatedCount) candidates")
    try OutputFile.check(file)
    try WholeFile.write(Data(chart.svg.utf8), to: file)
    Terminal.writeError("wrote \(file)\n")
  }
}

/// A run in a few figures.
private struct RunOverview: Encodable {
  let folder: String
  let space: String
  let dataset: String
  let seed: UInt64
  /// The machines that have worked on the run, each once.
  let hosts: [HostFingerprint]
  let version: String
  let objective: ObjectiveSettings
  /// Seconds since 1970; nil where the run has no event yet.
  let begun: Double?
  let lastEvent: Double?
  let evaluated: Int
  let failed: Int
  let inFlight: Int
  let budget: Int
  let end: SearchEnd?
  let medianReward: Double?
  let hypervolumeShare: Double
  let best: CandidateReport?
  let front: [CandidateReport]

  init(_ reader: RunReader) {
    let search = reader.state.search
    let configuration = reader.folder.configuration
    folder = reader.folder.path
    space = reader.space.name
    dataset = reader.dataset.source.kind.rawValue
    seed = configuration.seed
    hosts = reader.state.hosts.reduce(into: []) { hosts, host in
      if !hosts.contains(where: host.computesLike) { hosts.append(host) }
    }
    version = configuration.version
    objective = search.objective.settings
    begun = reader.state.startTime
    lastEvent = reader.state.lastTime
    evaluated = search.evaluatedCount
    failed = search.failedCount
    inFlight = search.pending.count
    budget = reader.state.budget
    // A finished run that has been extended goes on.
    end = search.end == .finished && evaluated < budget ? nil : search.end
    medianReward = RunReport(search).medianReward
    let paretoFront = search.front
    hypervolumeShare = paretoFront.hypervolumeShare(reference: search.objective.referencePoint)
    best = search.best.map {
      CandidateReport(
        $0, isOnFront: paretoFront.ordinals.contains($0.ordinal), space: reader.space)
    }
    front = paretoFront.candidates.map {
      CandidateReport($0, isOnFront: true, space: reader.space)
    }
  }

  private var times: String {
    guard let begun, let lastEvent else { return "nothing recorded yet" }
    let start = Date(timeIntervalSince1970: begun).formatted(.iso8601)
    return "begun \(start), last event \(Numbers.duration(lastEvent - begun)) later"
  }

  func rendered(_ reader: RunReader) -> String {
    let machines = hosts.map { "\($0.processor), \($0.cores) cores, \($0.instructionSet) kernels" }
    let report = RunReport(reader.state.search)
    let state =
      switch end {
      case .finished: "finished"
      case .exhausted: "the space is exhausted"
      case .interrupted, nil: evaluated < budget ? "not finished" : "finished"
      }
    var text = """
      \(folder): \(space) on \(dataset), seed \(seed), mixnas \(version)
      \(machines.joined(separator: "\n"))
      \(times)
      \(state): \(evaluated) of \(budget) evaluated, \(failed) failed, \(inFlight) in flight

      """
    if best != nil {
      text += """
        objective: \(report.objectiveLine)
        best \(report.bestLine)
        hypervolume \(Numbers.percent(hypervolumeShare))

        \(report.frontTable)
        """
    }
    return text
  }
}
