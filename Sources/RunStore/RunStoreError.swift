import Search

/// What can be wrong with what a run folder holds.
package enum RunStoreError: Error, Sendable, Hashable {
  /// What is wrong with a line of a journal.
  package enum LineProblem: Sendable, Hashable {
    case malformed
    case checksum
    case sequence(found: Int, expected: Int)
    /// A line without damage that holds an event of a later version of mixnas.
    case unknownEvent
    case invalidEvent(String)
    /// An event that can't follow those before it.
    case inconsistent(SearchState.Inconsistency)
    /// A gene vector that is none of the run's space.
    case foreignChoices(ordinal: Int)
    case missingStart
    case secondStart
  }

  case noFolder(String)
  case notARun(folder: String)
  case folderNotEmpty(folder: String, holdsRun: Bool)
  case newerFormat(folder: String, found: Int, supported: Int)
  case configurationUnreadable(path: String, detail: String)
  /// The frozen configuration is not the one that the run began with.
  case configurationChanged(path: String)
  /// Lines are counted from 1.
  case journal(path: String, line: Int, LineProblem)
  /// Nothing is recorded, but results are there.
  case journalLost(path: String)
  /// The table has a candidate that the journal has not evaluated.
  case journalEndsEarly(path: String, ordinal: Int)
  case datasetChanged(folder: String, recorded: String, found: String)
}
