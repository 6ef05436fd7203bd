import Files
import Foundation

/// The entries of a journal, and what a crash left behind them.
struct JournalContents: Sendable {
  var entries: [JournalEntry] = []
  /// Length of the whole, sound lines.
  var soundBytes = 0
  /// Behind them: a last line that was not written to its end.
  var tornBytes = 0

  /// Reads the bytes of a journal.
  ///
  /// A last line that is not whole is left out and counted: nothing can depend on it, since
  /// nothing does before a line is on the disk. Any other damage throws
  /// `RunStoreError.journal` with its line.
  init(parsing bytes: [UInt8], path: String) throws {
    let newline = UInt8(ascii: "\n")
    while soundBytes < bytes.count {
      let number = entries.count + 1
      guard let end = bytes[soundBytes...].firstIndex(of: newline) else { break }
      let line: JournalLine
      do {
        line = try JournalLine(parsing: bytes[soundBytes..<end])
      } catch {
        // A crash of the machine can leave the last line with its newline but not its middle.
        if end == bytes.count - 1 { break }
        throw RunStoreError.journal(path: path, line: number, error)
      }
      guard line.sequence == entries.count else {
        throw RunStoreError.journal(
          path: path, line: number,
          .sequence(found: line.sequence, expected: entries.count))
      }
      do {
        entries.append(try CanonicalJSON.value(JournalEntry.self, from: line.event))
      } catch is UnknownEvent {
        throw RunStoreError.journal(path: path, line: number, .unknownEvent)
      } catch {
        throw RunStoreError.journal(path: path, line: number, .invalidEvent("\(error)"))
      }
      soundBytes = end + 1
    }
    tornBytes = bytes.count - soundBytes
  }

  /// Of the frozen configuration, as the start of the run recorded it.
  var configurationChecksum: String? {
    guard case .started(let start) = entries.first?.event else { return nil }
    return start.configurationChecksum
  }
}
