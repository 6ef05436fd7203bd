import Files
import Foundation
import Search
import Testing

@testable import RunStore

@Suite struct ReplayTests {
  /// A crash can cut the journal anywhere. What is left are its whole lines, and all of them.
  @Test func everyCutLeavesTheWholeLines() throws {
    let folder = try TemporaryFolder()
    try Samples.search(Samples.create(folder.file("run"), evaluations: 6), workers: 3)
    let bytes = try Array(WholeFile.read(folder.file("run/journal.jsonl")))
    let whole = try JournalContents(parsing: bytes, path: "journal")
    #expect(whole.entries.count == 14)
    #expect(whole.tornBytes == 0)
    var lines = 0
    var sound = 0
    for length in 0...bytes.count {
      if length > 0, bytes[length - 1] == UInt8(ascii: "\n") {
        lines += 1
        sound = length
      }
      let contents = try JournalContents(parsing: Array(bytes[..<length]), path: "journal")
      #expect(contents.entries == Array(whole.entries[..<lines]))
      #expect(contents.soundBytes == sound)
      #expect(contents.tornBytes == length - sound)
    }
  }

  /// After every event, and in the middle of every line: the run goes on to the same records, in
  /// every byte but times, and to the same files.
  @Test func everyCutContinuesToTheSameRun() throws {
    let folder = try TemporaryFolder()
    let original = folder.file("run")
    try Samples.search(Samples.create(original), workers: 4)
    let bytes = try Array(WholeFile.read(original + "/journal.jsonl"))
    let expected = try RunFolder.open(original).replay().reproducibleRecords()
    let files = try Samples.derivedFiles(original)
    let ends = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    let cuts = ends + zip(ends, ends.dropFirst()).map { ($0 + $1) / 2 }
    for (index, cut) in cuts.enumerated() {
      let copy = folder.file("cut-\(index)")
      try FileManager.default.copyItem(atPath: original, toPath: copy)
      try Data(bytes[..<cut]).write(to: URL(fileURLWithPath: copy + "/journal.jsonl"))
      // What follows from an event is written behind it: as far as that, the table goes.
      if cut < ends[1] {
        for name in [RunFiles.best, RunFiles.table] {
          try FileManager.default.removeItem(atPath: copy + "/" + name)
        }
      } else {
        let journal = try JournalContents(parsing: Array(bytes[..<cut]), path: "journal")
        let state = try RunState(
          configuration: RunFolder.open(original).configuration, journal: journal, path: "journal")
        try EvaluationTable(path: copy + "/" + RunFiles.table).replace(with: state.search)
      }
      let recorder = try Samples.resume(copy)
      #expect(recorder.cutBytes == (index < ends.count ? 0 : cut - ends[index - ends.count]))
      #expect(try Samples.search(recorder, workers: 1 + index % 4) == .finished)
      let state = try RunFolder.open(copy).replay()
      #expect(try state.reproducibleRecords() == expected)
      #expect(state.search.end == .finished)
      #expect(try Samples.derivedFiles(copy) == files)
    }
  }

  /// A last line with a newline whose middle never reached the disk.
  @Test func aDamagedLastLineIsCutToo() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    try Samples.search(Samples.create(path))
    var bytes = try Array(WholeFile.read(path + "/journal.jsonl"))
    let count = try JournalContents(parsing: bytes, path: "journal").entries.count
    bytes[bytes.count - 20] = 0
    let contents = try JournalContents(parsing: bytes, path: "journal")
    #expect(contents.entries.count == count - 1)
    #expect(contents.soundBytes + contents.tornBytes == bytes.count)
  }

  @Test func damageInTheMiddleIsAnErrorWithItsLine() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    try Samples.search(Samples.create(path))
    let file = path + "/journal.jsonl"
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    func error(_ lines: [Substring]) throws -> RunStoreError? {
      try lines.map { $0 + "\n" }.joined().write(
        toFile: file, atomically: false, encoding: .utf8)
      return #expect(throws: RunStoreError.self) { try RunFolder.open(path).replay() }
    }
    var damaged = lines
    damaged[4] = Substring(lines[4].replacingOccurrences(of: "ordinal", with: "Ordinal"))
    #expect(try error(damaged) == .journal(path: file, line: 5, .checksum))
    damaged[4] = "not a line"
    #expect(try error(damaged) == .journal(path: file, line: 5, .malformed))
    var missing = lines
    missing.remove(at: 6)
    #expect(
      try error(missing) == .journal(path: file, line: 7, .sequence(found: 7, expected: 6)))
    #expect("\(try #require(try error(missing)))".hasPrefix("\(file):7: lines are missing"))
  }

  @Test func soundLinesThatMakeNoSense() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    _ = try Samples.create(path)
    let file = path + "/journal.jsonl"
    let start = try Array(WholeFile.read(file))
    func error(_ event: String) throws -> RunStoreError? {
      let line = JournalLine(sequence: 1, event: Array(event.utf8)).bytes
      try Data(start + line).write(to: URL(fileURLWithPath: file))
      return #expect(throws: RunStoreError.self) { try RunFolder.open(path).replay() }
    }
    #expect(
      try error(#"{"pondered":{},"time":1}"#) == .journal(path: file, line: 2, .unknownEvent))
    #expect(
      try error(
        #"{"evaluated":{"measured":{"imagesPerSecond":1,"seconds":1},"ordinal":0,"#
          + #""epoch":1,"status":"diverged"},"time":1}"#)
        == .journal(path: file, line: 2, .inconsistent(.evaluationOfUnknown(ordinal: 0))))
    #expect(
      try error(
        #"{"proposed":{"choices":[9],"genome":"","hash":"","ordinal":0,"seed":"0"},"time":1}"#)
        == .journal(path: file, line: 2, .foreignChoices(ordinal: 0)))
    #expect(
      try error(#"{"started":{"configurationChecksum":"","evaluations":1},"time":1}"#)
        == .journal(path: file, line: 2, .secondStart))
    guard case .journal(_, line: 2, .invalidEvent) = try error(#"{"ended":{},"time":1}"#) else {
      Issue.record("an end without a reason")
      return
    }
  }
}
