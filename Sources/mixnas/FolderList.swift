import Files
import Foundation
import Reports
import RunStore
import Search
import SearchSpaces
import TrainingStore

/// The runs and trainings of a folder, each with how far it is.
struct FolderList: Encodable {
  struct Run: Encodable {
    let folder: String
    let evaluated: Int
    let budget: Int
    let isExhausted: Bool
    let bestAccuracy: Double?
    let bestCost: Double?
    let cost: CostKind

    init(_ path: String) throws {
      let state = try RunReader(path: path).state
      let best = state.search.best?.score
      folder = path
      evaluated = state.search.evaluatedCount
      budget = state.budget
      isExhausted = state.search.end == .exhausted
      bestAccuracy = best?.accuracy
      bestCost = best?.cost
      cost = state.search.objective.settings.cost
    }
  }

  struct Training: Encodable {
    let folder: String
    let network: String
    let epochs: Int
    let allEpochs: Int
    /// Of the weights that are kept; nil before the end, and where no image was held back.
    let validationAccuracy: Double?
    /// Nil before the end.
    let testAccuracy: Double?

    init(_ path: String) throws {
      let training = try TrainingFolder.open(path)
      let result = try training.result()
      folder = path
      network = training.configuration.network.name
      epochs = result?.epochs ?? training.epochs
      allEpochs = training.configuration.settings.training.epochs
      validationAccuracy = result?.validationAccuracy
      testAccuracy = result?.testAccuracy
    }
  }

  private(set) var runs: [Run] = []
  private(set) var trainings: [Training] = []
  /// Why some can't be read; they keep no other from being listed.
  private(set) var problems: [String] = []

  /// - Throws: `CommandProblem.noFolderOfRuns`, `FileError`.
  init(of folder: String) throws {
    let names: [String]
    do {
      names = try Folder.names(in: folder)
    } catch {
      guard [ENOENT, ENOTDIR].contains(error.code) else { throw error }
      throw CommandProblem.noFolderOfRuns(folder)
    }
    for path in names.map({ "\(folder)/\($0)" }) {
      do {
        if TrainingFolder.isTraining(path: path) {
          trainings.append(try Training(path))
        } else if RunReader.isRun(path: path) {
          runs.append(try Run(path))
        }
      } catch {
        problems.append("\(error)")
      }
    }
  }

  private enum CodingKeys: CodingKey { case runs, trainings }

  /// A table of each kind that there is; nil where there is nothing.
  var rendered: String? {
    let tables = [
      runs.isEmpty ? nil : runTable.rendered, trainings.isEmpty ? nil : trainingTable.rendered,
    ].compactMap(\.self)
    return tables.isEmpty ? nil : tables.joined(separator: "\n")
  }

  private var runTable: TextTable {
    var table = TextTable(columns: [
      .left("run"), .right("evaluated"), .right("accuracy of the best"), .right("its cost"),
    ])
    for run in runs {
      table.addRow([
        run.folder, run.isExhausted ? "\(run.evaluated), all" : "\(run.evaluated)/\(run.budget)",
        run.bestAccuracy.map(Numbers.accuracy) ?? "–",
        run.bestCost.map { RunReport.cost($0, run.cost) } ?? "–",
      ])
    }
    return table
  }

  private var trainingTable: TextTable {
    var table = TextTable(columns: [
      .left("training"), .left("network"), .right("epochs"), .right("validation"), .right("test"),
    ])
    for training in trainings {
      table.addRow([
        training.folder, training.network, "\(training.epochs)/\(training.allEpochs)",
        training.validationAccuracy.map(Numbers.accuracy) ?? "–",
        training.testAccuracy.map(Numbers.accuracy) ?? "–",
      ])
    }
    return table
  }
}
