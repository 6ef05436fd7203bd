import Files
import Search

extension RunStoreError: CustomStringConvertible {
  /// Where it is wrong, and what to do.
  package var description: String {
    switch self {
    case .noFolder(let path):
      return "\(path): there is no such folder. `mixnas list` shows the runs under results/."
    case .notARun(let folder):
      return """
        \(folder): not a run folder (it has no \(RunFiles.configuration)). \
        `mixnas list` shows the runs under results/.
        """
    case .folderNotEmpty(let folder, holdsRun: true):
      return """
        \(folder): there is a run already. Continue it with `mixnas resume \(folder.shellWord)`, or choose \
        another folder with --output.
        """
    case .folderNotEmpty(let folder, holdsRun: false):
      return "\(folder): the folder isn't empty. Choose another one with --output."
    case .newerFormat(let folder, let found, let supported):
      return """
        \(folder): the run was written by a later version of mixnas (format \(found), this one \
        reads up to \(supported)). Use that version.
        """
    case .configurationUnreadable(let path, let detail):
      return "\(path): \(detail). Restore the file from a copy; a run can't go on without it."
    case .configurationChanged(let path):
      return """
        \(path): changed since the run began, so its results and new ones would not fit together. \
        Undo the change, or start a new run.
        """
    case .journal(let path, let line, let problem):
      return "\(path):\(line): \(problem.prose)"
    case .journalLost(let path):
      return """
        \(path): missing or empty, though the run has results. Restore the file from a copy, or \
        start a new run in another folder.
        """
    case .journalEndsEarly(let path, let ordinal):
      return """
        \(path): ends before candidate #\(ordinal), of which \(RunFiles.table) has a row. Restore \
        the file from a copy. To go on from what is left, or where somebody else has added the \
        row, move \(RunFiles.table) away.
        """
    case .datasetChanged(let folder, let recorded, let found):
      return """
        \(folder): the images are not those that the run began with (fingerprint \(found), \
        recorded \(recorded)). Give the original data with --data-directory, or start a new run.
        """
    }
  }
}

extension RunStoreError.LineProblem {
  fileprivate var prose: String {
    let restore = "Restore the file from a copy."
    switch self {
    case .malformed: return "the line is damaged: not a line of a journal. \(restore)"
    case .checksum: return "the line is damaged: its checksum is wrong. \(restore)"
    case .sequence(let found, let expected):
      return """
        lines are missing or repeated: sequence number \(found) where \(expected) is due. \
        \(restore)
        """
    case .unknownEvent:
      return "an event that this version of mixnas doesn't know. Use a later version."
    case .invalidEvent(let detail): return "the event can't be understood: \(detail). \(restore)"
    case .inconsistent(let problem): return "\(problem.prose). \(restore)"
    case .foreignChoices(let ordinal):
      return "candidate \(ordinal) is not in the space of \(RunFiles.configuration). \(restore)"
    case .missingStart: return "the first event isn't the start of a run. \(restore)"
    case .secondStart: return "a second start of the run. \(restore)"
    }
  }
}

extension SearchState.Inconsistency {
  fileprivate var prose: String {
    switch self {
    case .proposalOutOfOrder(let ordinal, let expected):
      "candidate \(ordinal) is proposed where \(expected) is due"
    case .networkProposedTwice(let ordinal):
      "the network of candidate \(ordinal) was proposed before"
    case .evaluationOfUnknown(let ordinal): "candidate \(ordinal) was never proposed"
    case .evaluatedTwice(let ordinal): "candidate \(ordinal) is evaluated twice"
    }
  }
}
