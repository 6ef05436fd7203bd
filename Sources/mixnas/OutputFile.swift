import Files
import RunStore
import TrainingStore

/// Files that command lines name to be written.
enum OutputFile {
  /// Replaces nothing that a run or a training can't go on without.
  ///
  /// - Throws: `CommandProblem.unwritable`.
  static func check(_ path: String) throws {
    // What can't be followed is refused when it is to be written.
    let place = (try? WholeFile.endOfLinks(path)) ?? path
    let owner: String
    if RunFolder.isOwnFile(place) {
      owner = "run"
    } else if TrainingFolder.isOwnFile(place) {
      owner = "training"
    } else {
      return
    }
    throw CommandProblem.unwritable(
      file: path, reason: "it belongs to the \(owner) of its folder; choose another name")
  }
}
