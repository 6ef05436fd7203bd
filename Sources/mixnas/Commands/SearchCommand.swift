import Architectures
import ArgumentParser
import Datasets
import Evaluation
import Foundation
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
    let evaluator = try CandidateEvaluator(space: space, data: data, seed: seed)
    if !searchOptions.quiet {
      let notes =
        data.notes(side: space.input.proxy.resolution)
        + evaluator.images.training.notes(batchSize: space.training.batchSize)
        + evaluator.images.scoringNotes
      for note in notes {
        Terminal.writeError(note + "\n")
      }
    }
    if space.objective.cost == .latency { warnAboutThreads(space.latency.threads) }
    let strategy = space.strategy
    let random = max(strategy.population, strategy.lookahead)
    if strategy.kind == .evolution, strategy.evaluations <= random, !searchOptions.quiet {
      Terminal.writeError(
        "evolution begins with \(random) random candidates, so that all \(strategy.evaluations) of "
          + "this search are random; for more than that, raise --evaluations or lower "
          + "'strategy.population'\n")
    }
    try searchOptions.run(evaluator) {
      try FreshFolder.create(output, name: space.name) {
        try RunRecorder.create(at: $0, configuration)
      }
    }
  }

  private func configuredSpace() throws -> SearchSpace {
    if ReferenceNetwork(named: self.space) != nil,
      !FileManager.default.fileExists(atPath: self.space)
    {
      throw CommandProblem.usage(
        "\(self.space) is a network; search takes a space (.yaml), such as those of search-spaces")
    }
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
}
