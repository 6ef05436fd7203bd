import Files

/// What a journal is written to: something that grows at its end.
protocol AppendableFile: AnyObject {
  var path: String { get }
  /// Whether the file is still the one at its path: it may have been removed or replaced.
  var isInPlace: Bool { get }
  /// Writes all the bytes behind the end, or throws; some may then have been written.
  func write(_ bytes: [UInt8]) throws
  /// Returns when everything written will survive a crash of the machine.
  func synchronize() throws
  func truncate(to length: Int) throws
}

extension OpenFile: AppendableFile {}

/// The end of a run's journal, to which events are added.
///
/// Every line is on the disk when `append` returns. When that fails, for instance because the
/// disk is full, what was written of the line is taken back and the journal takes no more: the
/// lines before it stay whole. Where the file is no longer the one at its path, `append` throws
/// `FolderLockError.lost` and writes nothing.
final class Journal {
  private let file: any AppendableFile
  private var length: Int
  private var sequence: Int
  private var failure: (any Error)?

  /// Continues a file of `length` bytes that hold `sequence` events.
  init(file: any AppendableFile, length: Int, sequence: Int) {
    self.file = file
    self.length = length
    self.sequence = sequence
  }

  func append(_ entry: JournalEntry) throws {
    if let failure { throw failure }
    let bytes = JournalLine(sequence: sequence, event: try CanonicalJSON.bytes(entry)).bytes
    if !file.isInPlace { throw FolderLockError.lost(path: file.path) }
    do {
      try file.write(bytes)
      try file.synchronize()
    } catch {
      failure = error
      try? file.truncate(to: length)
      throw error
    }
    length += bytes.count
    sequence += 1
  }
}
