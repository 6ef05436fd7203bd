import ArgumentParser
import Datasets
import Engine
import Foundation
import Kernels
import RunStore
import Search
import SearchSpaces

extension StrategySettings.Kind: ExpressibleByArgument {}
extension CostKind: ExpressibleByArgument {}

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search a space for networks that are fast and accurate on this CPU.",
    discussion: """
      Every candidate is trained briefly, and its latency is measured on this machine. All that is \
      learned goes to a run folder at once: after any interruption 'mixnas resume' goes on.

      The keys of a space file are documented in documentation/search-space.md; options given here \
      stand in for those of the file.
      """)

  @Argument(
    help: ArgumentHelp("The search space (.yaml).", valueName: "space"), completion: .file())
  var space: String

  @Option(
    help: ArgumentHelp(
      "The run folder, new or empty. Without it, a new folder under results.", valueName: "dir"),
    completion: .directory)
  var output: String?

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(help: "How candidates are proposed.")
  var strategy: StrategySettings.Kind?

  @Option(help: "Candidates to evaluate.")
  var evaluations: Int?

  @Option(help: "Seed of all that is drawn at random.")
  var seed: UInt64 = 0

  @OptionGroup var searchOptions: SearchOptions

  @Option(help: "What a candidate costs. Another cost than the file's needs --target as well.")
  var cost: CostKind?

  @Option(
    help: ArgumentHelp(
      "The cost to aim at: 5ms for latency, 6M or 350K for multiply-adds and parameters. With a "
        + "soft objective it only scales the rewards.",
      valueName: "cost"))
  var target: String?

  func validate() throws {
    if output == "" { throw ValidationError("--output needs the name of a folder.") }
    try SearchOptions.check(evaluations: evaluations)
  }

  func run() throws {
    let space = try configuredSpace()
    let source = try datasetOptions.source()
    let data = try source.load()
    let configuration = RunConfiguration(
      version: mixnasVersion, space: space, seed: seed,
      dataset: try JSONValue(
        encoding: RunDataset(source: source, classNames: data.training.classNames)),
      datasetFingerprint: data.fingerprint, host: .thisMachine)
    try space.check(data)
    if let note = data.training.resizingNote(side: space.input.proxy.resolution),
      !searchOptions.quiet
    {
      Terminal.writeError(note + "\n")
    }
    if space.objective.cost == .latency { warnAboutThreads(space.latency.threads) }
    let strategy = space.strategy
    let random = max(strategy.population, strategy.lookahead)
    if strategy.kind == .evolution, strategy.evaluations <= random, !searchOptions.quiet {
      Terminal.writeError(
        "evolution begins with \(random) random candidates, so that all \(strategy.evaluations) of "
          + "this search are random; a smaller population or more evaluations let it begin\n")
    }
    try searchOptions.run(on: data) {
      if let output { return try RunRecorder.create(at: output, configuration) }
      return try Self.createInFreshFolder(configuration)
    }
  }

  /// Searches that begin at the same time look for the same folder; one of them gets it.
  private static func createInFreshFolder(
    _ configuration: RunConfiguration
  ) throws -> RunRecorder {
    while true {
      let folder = freshFolder(for: configuration.space.name)
      do {
        return try RunRecorder.create(at: folder, configuration)
      } catch RunStoreError.locked, RunStoreError.folderNotEmpty {
        // By now it is there, so that the next one is looked for.
      }
    }
  }

  private func configuredSpace() throws -> SearchSpace {
    var space = try SearchSpace(contentsOf: self.space)
    space.strategy.kind = strategy ?? space.strategy.kind
    space.strategy.evaluations = evaluations ?? space.strategy.evaluations
    do throws(CostTarget.Problem) {
      let costTarget: CostTarget? = try target.map { text throws(CostTarget.Problem) in
        try CostTarget(parsing: text)
      }
      space.objective = try space.objective.with(cost: cost, target: costTarget)
    } catch {
      throw CommandProblem.usage("--cost and --target: \(error)")
    }
    return space
  }

  /// `results/NAME-N` with the first number that is free.
  static func freshFolder(for name: String) -> String {
    let safe = String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    var number = 1
    while FileManager.default.fileExists(atPath: "results/\(safe)-\(number)") { number += 1 }
    return "results/\(safe)-\(number)"
  }
}

/// What searching and resuming share.
struct SearchOptions: ParsableArguments {
  @Option(
    help: """
      Candidates to evaluate at the same time, at most as many as the strategy's lookahead; \
      changes nothing but the time. Without it, as many as there are cores.
      """)
  var workers: Int?

  @Flag(help: "Print nothing but problems.")
  var quiet = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers must be from 1 to 1024, not \(workers).")
    }
  }

  static func check(evaluations: Int?) throws {
    if let evaluations, !(1...10_000_000).contains(evaluations) {
      throw ValidationError("--evaluations must be from 1 to 10000000, not \(evaluations).")
    }
  }

  /// - Parameter open: makes or opens the run folder. From here on Ctrl-C is handled, so that a
  ///   folder that exists is one that can be resumed.
  func run(on data: DatasetPair, open: () throws -> RunRecorder) throws {
    let stop = StopRequest()
    let signals = try InterruptSignals(stop: stop) { _ in
      Terminal.writeError("\nstopping; Ctrl-C again ends the process at once\n")
    }
    defer { signals.stopWatching() }
    let recorder = try open()
    let lookahead = recorder.folder.configuration.space.strategy.lookahead
    let workers = self.workers ?? ProcessInfo.processInfo.activeProcessorCount
    if workers > lookahead, !quiet {
      Terminal.writeError(
        "\(workers) workers are more than the strategy's lookahead of \(lookahead): "
          + "\(lookahead) will work\n")
    }
    if !quiet {
      Terminal.writeError(
        "\(recorder.folder.path): \(recorder.state.search.evaluatedCount) of "
          + "\(recorder.state.budget) evaluated, "
          + "\(KernelSet.current.instructionSet.rawValue) kernels\n")
    }
    let end = try SearchRun(
      recorder: recorder, data: data, workers: workers, isQuiet: quiet,
      output: json ? .json : .text
    ).run(stop: stop)
    if end == .interrupted, let signal = signals.received {
      throw ExitCode(InterruptSignals.exitCode(of: signal))
    }
  }
}

/// Threads that share a core wait for each other, and the latency says so.
func warnAboutThreads(_ threads: Int) {
  let cores =
    CoreAffinity.allowedCores()?.count ?? ProcessInfo.processInfo.activeProcessorCount
  if threads > cores {
    Terminal.writeError(
      "warning: \(threads) threads on \(cores) core\(cores == 1 ? "" : "s") wait for each other; what "
        + "is measured is no latency of a machine with more cores\n")
  }
}

extension HostFingerprint {
  static var thisMachine: HostFingerprint {
    .current(instructionSet: KernelSet.current.instructionSet.rawValue)
  }
}

extension SearchSpace {
  /// Finds what would stop every evaluation, before a run folder is made.
  func check(_ data: DatasetPair) throws {
    _ = try data.proxyData(
      side: input.proxy.resolution, channels: input.channels,
      validationShare: training.validationShare, trainingImages: training.trainingImages,
      validationImages: training.validationImages, random: .init(seed: 0))
  }
}
