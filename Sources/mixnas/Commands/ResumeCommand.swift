import ArgumentParser
import Datasets
import Foundation
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
  }

  func run() throws {
    if TrainingFolder.isTraining(path: folder) {
      throw TrainingFolderError.notARun(folder: folder)
    }
    let reader = try RunReader(path: folder)
    var source = reader.dataset.source
    if let dataDirectory { try source.move(to: dataDirectory) }
    let data = try source.load()
    try reader.folder.check(datasetFingerprint: data.fingerprint)
    try searchOptions.run(on: data) {
      let recorder = try RunRecorder.resume(
        folder, as: RunResumption(version: mixnasVersion, host: .thisMachine))
      if recorder.cutBytes > 0 {
        Terminal.writeError(
          "\(recorder.cutBytes) bytes of a torn last line were cut off the journal\n")
      }
      warnAboutOtherHost(recorder.folder.configuration)
      if let evaluations {
        let done = recorder.state.search.evaluatedCount
        guard evaluations >= done else {
          throw CommandProblem.usage(
            "--evaluations \(evaluations): the run has evaluated \(done) candidates already")
        }
        try recorder.extend(to: evaluations)
      }
      return recorder
    }
  }

  private func warnAboutOtherHost(_ configuration: RunConfiguration) {
    let host = HostFingerprint.thisMachine
    guard !searchOptions.quiet, host != configuration.host else { return }
    if host.instructionSet != configuration.host.instructionSet {
      Terminal.writeError(
        "warning: the run began with \(configuration.host.instructionSet) kernels and goes on "
          + "with \(host.instructionSet): accuracies of the two don't compare exactly\n")
    } else if configuration.space.objective.cost == .latency {
      Terminal.writeError(
        "warning: the run began on another machine (\(configuration.host.processor)); its "
          + "latencies don't compare with those measured here\n")
    }
  }
}
