import RunStore
import TrainingStore

/// Files that command lines name to be written.
enum OutputFile {
  /// Replaces nothing that a run or a training can't go on without.
  ///
  /// - Throws: `CommandProblem.unwritable`.
  static func check(_ path: String) throws {
    if RunFolder.isOwnFile(path) || TrainingFolder.isOwnFile(path) {
      throw CommandProblem.unwritable(
        file: path,
        reason:
          "it belongs to the \(RunFolder.isOwnFile(path) ? "run" : "training") of its folder; "
          + "choose another name")
    }
  }
}
