import Files
import Foundation
import Search

/// A run folder that this process writes: it holds the lock and the end of the journal.
///
///     let recorder = try RunRecorder.create(at: "results/quickstart", configuration)
///     var search = recorder.state.search
///     let end = try loop.run(from: &search, journal: recorder)
///
/// The journal is written first and durably; the best candidate and the table follow from it and
/// are built anew when the run is opened.
package final class RunRecorder: SearchJournal {
  package let folder: RunFolder
  package private(set) var state: RunState
  /// Bytes of a torn last line that were cut off the journal when it was opened.
  package let cutBytes: Int
  private let lock: FolderLock
  private let journal: Journal
  private let table: EvaluationTable
  private let now: () -> Double
  /// Written before the next event; nil once it is.
  private var resumption: RunResumption?

  /// The clock that times of events are read from: seconds since 1970.
  package static func systemTime() -> Double { Date().timeIntervalSince1970 }

  /// Begins a run in a folder that is empty or not there yet; missing folders above it are made.
  /// Throws `folderNotEmpty`, `FolderLockError` or `FileError`.
  package static func create(
    at path: String, _ configuration: RunConfiguration,
    now: @escaping () -> Double = systemTime
  ) throws -> RunRecorder {
    guard let lock = try FolderLock.ofFresh(path, isLeftover: { try isLeftover($0, in: path) })
    else { throw RunStoreError.folderNotEmpty(folder: path, holdsRun: RunFolder.isRun(path: path)) }
    try Folder.make(path + "/" + RunFiles.weights)
    try WholeFile.write(
      CanonicalJSON.bytes(configuration, isPretty: true) + [UInt8(ascii: "\n")],
      to: path + "/" + RunFiles.configuration)
    return try RunRecorder(
      folder: RunFolder.open(path), lock: lock, resumption: nil, now: now)
  }

  /// Continues a run. A torn last line is cut off the journal; a run without an event is begun.
  /// That it was taken up again is recorded together with the first thing that happens, and at once
  /// where its images have moved. Throws like `RunFolder.open` and `replay`, and `FolderLockError`.
  package static func resume(
    _ path: String, as resumption: RunResumption,
    now: @escaping () -> Double = systemTime
  ) throws -> RunRecorder {
    let folder = try RunFolder.open(path)
    return try RunRecorder(
      folder: folder, lock: FolderLock(folder: path), resumption: resumption, now: now)
  }

  /// Whether a creation that did not get far enough can have left this.
  private static func isLeftover(_ name: String, in folder: String) throws -> Bool {
    switch name {
    case RunFiles.configuration + WholeFile.partialSuffix: true
    // Weights of an earlier run would be taken for this one's.
    case RunFiles.weights: try Folder.names(in: folder + "/" + name).isEmpty
    default: false
    }
  }

  private init(
    folder: RunFolder, lock: FolderLock, resumption: RunResumption?,
    now: @escaping () -> Double
  ) throws {
    let (state, contents) = try folder.replayWithContents()
    let file = try OpenFile(
      path: folder.journalPath, flags: O_WRONLY | O_CREAT | O_APPEND)
    if contents.tornBytes > 0 {
      try file.truncate(to: contents.soundBytes)
      try file.synchronize()
    }
    // The process that made the file may have come no further.
    if contents.entries.isEmpty { try Folder.synchronize(folder.path) }
    self.folder = folder
    self.state = state
    self.lock = lock
    self.now = now
    self.resumption = state.hasStarted ? resumption : nil
    cutBytes = contents.tornBytes
    journal = Journal(
      file: file, length: contents.soundBytes, sequence: contents.entries.count)
    table = EvaluationTable(path: folder.path + "/" + RunFiles.table)
    if !state.hasStarted {
      try record(
        .started(
          RunStart(
            evaluations: state.budget, configurationChecksum: folder.configurationChecksum)))
    }
    // Whatever happens next, the images are to be found.
    if let resumption, resumption.dataDirectory != nil {
      try write(.resumed(resumption))
      self.resumption = nil
    }
    try writeBest()
    try table.replace(with: state.search)
  }

  /// Asks for this many evaluations in all from now on, no fewer than there are.
  package func extend(to evaluations: Int) throws {
    precondition(
      evaluations > 0 && evaluations >= state.search.evaluatedCount,
      "a run can't have fewer evaluations than it has")
    if evaluations != state.budget { try record(.extended(evaluations: evaluations)) }
  }

  /// Writes an event of the search: the journal durably, then what follows from it. Throws
  /// `FolderLockError.lost` or `FileError`.
  package func append(_ event: SearchEvent) throws {
    let best = state.search.best?.ordinal
    try record(JournalEvent(event))
    switch event {
    case .proposed: break
    case .evaluated(let evaluation):
      if state.search.best?.ordinal != best { try writeBest() }
      try table.append(ordinal: evaluation.ordinal, of: state.search)
    case .ended: try table.replace(with: state.search)
    }
  }

  private func record(_ event: JournalEvent) throws {
    if let resumption {
      try write(.resumed(resumption))
      self.resumption = nil
    }
    try write(event)
  }

  private func write(_ event: JournalEvent) throws {
    // Thousandths of seconds are enough, and easier to read.
    let entry = JournalEntry(event: event, time: (now() * 1000).rounded() / 1000)
    // The state is tried first: an event that can't follow must not get into the journal.
    var next = state
    try next.apply(entry)
    try lock.check()
    try journal.append(entry)
    state = next
  }

  private func writeBest() throws {
    guard let best = state.search.best, let record = BestRecord(best) else { return }
    try WholeFile.write(
      CanonicalJSON.bytes(record, isPretty: true) + [UInt8(ascii: "\n")],
      to: folder.path + "/" + RunFiles.best)
  }
}
