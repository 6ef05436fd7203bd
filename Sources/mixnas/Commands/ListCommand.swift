import ArgumentParser
import Files
import Foundation
import Reports
import RunStore
import Search
import SearchSpaces
import TrainingStore

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the candidates of a run, or the runs of a folder.")

  @Argument(
    help: ArgumentHelp("A run folder, or a folder of runs.", valueName: "dir"),
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
      try listRuns()
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

  private struct RunRow: Encodable {
    let folder: String
    let evaluated: Int
    let budget: Int
    let bestAccuracy: Double?
    let bestCost: Double?
    let cost: CostKind
  }

  /// A run that can't be read keeps no other from being listed.
  private func listRuns() throws {
    if front {
      throw CommandProblem.usage(
        "--front is for the candidates of a run, and \(folder) is no run folder")
    }
    let names: [String]
    do {
      names = try Folder.names(in: folder)
    } catch {
      guard [ENOENT, ENOTDIR].contains(error.code) else { throw error }
      throw CommandProblem.noFolderOfRuns(folder)
    }
    let runs = names.map { "\(folder)/\($0)" }.filter(RunReader.isRun)
    var rows: [RunRow] = []
    var problems: [any Error] = []
    for path in runs {
      do {
        rows.append(try row(of: path))
      } catch {
        problems.append(error)
      }
    }
    if json {
      try Terminal.writeJSON(rows)
    } else if runs.isEmpty {
      try Terminal.write("\(folder): no runs; 'mixnas search SPACE.yaml' makes one\n")
    } else {
      try Terminal.write(table(rows).rendered)
    }
    for problem in problems { Terminal.writeError("Error: \(problem)\n") }
    if !problems.isEmpty { throw ExitCode(ErrorReport.badInput) }
  }

  private func row(of path: String) throws -> RunRow {
    let state = try RunReader(path: path).state
    let best = state.search.best?.score
    return RunRow(
      folder: path, evaluated: state.search.evaluatedCount, budget: state.budget,
      bestAccuracy: best?.accuracy, bestCost: best?.cost,
      cost: state.search.objective.settings.cost)
  }

  private func table(_ rows: [RunRow]) -> TextTable {
    var table = TextTable(columns: [
      .left("run"), .right("evaluated"), .right("accuracy of the best"), .right("its cost"),
    ])
    for row in rows {
      table.addRow([
        row.folder, "\(row.evaluated)/\(row.budget)",
        row.bestAccuracy.map(Numbers.accuracy) ?? "–",
        row.bestCost.map { RunReport.cost($0, row.cost) } ?? "–",
      ])
    }
    return table
  }
}
