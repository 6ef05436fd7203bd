import ArgumentParser
import Reports
import RunStore
import Search
import TrainingStore

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the candidates of a run, or the runs and trainings of a folder.")

  @Argument(
    help: ArgumentHelp("A run folder, or a folder of runs and trainings.", valueName: "dir"),
    completion: .directory)
  var folder = "results"

  @Flag(help: "Only the candidates on the Pareto front.")
  var front = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if RunReader.isRun(path: folder) || TrainingFolder.isTraining(path: folder) {
      try listCandidates(RunReader(path: folder))
    } else {
      try listFolder()
    }
  }

  private func listCandidates(_ reader: RunReader) throws {
    let search = reader.state.search
    if json {
      let ordinals = search.front.ordinals
      let candidates = front ? search.front.candidates : search.candidates
      try Terminal.writeJSON(
        candidates.map {
          CandidateReport(
            $0, isOnFront: ordinals.contains($0.ordinal), space: reader.space)
        })
    } else {
      let report = RunReport(search)
      try Terminal.write(front ? report.frontTable : report.candidateTable)
    }
  }

  private func listFolder() throws {
    if front {
      throw CommandProblem.usage(
        "--front is for the candidates of a run, and \(folder) is no run folder")
    }
    let list = try FolderList(of: folder)
    if json {
      try Terminal.writeJSON(list)
    } else {
      try Terminal.write(
        list.rendered ?? "\(folder): no runs; 'mixnas search SPACE.yaml' makes one\n")
    }
    for problem in list.problems { Terminal.writeError("Error: \(problem)\n") }
    if !list.problems.isEmpty { throw ExitCode(ErrorReport.badInput) }
  }
}
