import ArgumentParser
import Evaluation
import RunStore
import TrainingStore

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with an interrupted search, or extend a finished one.",
    discussion: """
      Candidates that were in flight are evaluated again, with the same result. The run keeps its \
      space, seed and images.
      """)

  @Argument(
    help: ArgumentHelp("The run folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(help: "Evaluations in all, earlier ones included; more than before extends the run.")
  var evaluations: Int?

  @Option(
    help: ArgumentHelp(
      "Where the files of the dataset lie now, if they have moved.", valueName: "dir"),
    completion: .directory)
  var dataDirectory: String?

  @OptionGroup var searchOptions: SearchOptions

  func validate() throws {
    try SearchOptions.check(evaluations: evaluations)
    try DatasetOptions.check(dataDirectory: dataDirectory)
  }

  func run() throws {
    let reader = try RunReader(path: folder)
    var source = reader.dataset.source
    if let dataDirectory { try source.move(to: dataDirectory) }
    let data = try source.load(of: folder)
    try reader.folder.check(datasetFingerprint: data.fingerprint)
    let evaluator = try CandidateEvaluator(
      space: reader.space, data: data, seed: reader.folder.configuration.seed)
    try searchOptions.run(evaluator) {
      let recorder = try RunRecorder.resume(
        folder,
        as: RunResumption(
          version: mixnasVersion, host: .thisMachine,
          dataDirectory: source == reader.dataset.source ? nil : source.directory))
      if recorder.cutBytes > 0 {
        Terminal.writeError(
          "\(recorder.cutBytes) bytes of a torn last line were cut off the journal\n")
      }
      warnAboutOthers(reader.state)
      if let evaluations {
        let begun = recorder.state.search.candidates.count
        guard evaluations >= begun else {
          throw CommandProblem.usage(
            "--evaluations \(evaluations): the run has begun \(begun) candidates already")
        }
        try recorder.extend(to: evaluations)
      }
      return recorder
    }
  }

  /// What was evaluated elsewhere doesn't compare with what will be evaluated here.
  ///
  /// - Parameter state: before this process took up the run.
  private func warnAboutOthers(_ state: RunState) {
    let host = HostFingerprint.thisMachine
    let hosts = state.hosts
    let versions = [state.configuration.version] + state.resumptions.map(\.version)
    if let other = hosts.last(where: { $0.instructionSet != host.instructionSet }) {
      Terminal.writeError(
        "warning: the run has used \(other.instructionSet) kernels and goes on with "
          + "\(host.instructionSet): accuracies of the two don't compare exactly\n")
    }
    if state.configuration.space.objective.cost == .latency,
      let other = hosts.last(where: { $0.processor != host.processor })
    {
      Terminal.writeError(
        "warning: the run has been on another machine (\(other.processor)); latencies of there "
          + "don't compare with those measured here\n")
    }
    if let other = versions.last(where: { $0 != mixnasVersion }) {
      Terminal.writeError(
        "warning: mixnas \(other) has worked on the run and \(mixnasVersion) goes on with it: "
          + "accuracies of the two may not compare exactly\n")
    }
  }
}
