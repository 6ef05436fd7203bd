import Foundation
import Search
import Testing

@testable import RunStore

@Suite struct DiskTests {
  private func entry(_ evaluations: Int) -> JournalEntry {
    JournalEntry(event: .extended(evaluations: evaluations), time: 1)
  }

  /// The line that did not fit is taken back, and no other one follows it.
  @Test(arguments: [0, 1, 30, 1000]) func aFullDiskLeavesWholeLines(room: Int) throws {
    let file = SmallDisk()
    let journal = Journal(file: file, length: 0, sequence: 0)
    try journal.append(entry(1))
    let before = file.bytes
    file.room = room
    file.failsToSynchronize = room == 1000
    for _ in 0..<2 {
      #expect(throws: SmallDisk.full) { try journal.append(entry(2)) }
      #expect(file.bytes == before)
    }
    file.room = .max
    file.failsToSynchronize = false
    #expect(throws: SmallDisk.full) { try journal.append(entry(3)) }
    #expect(try JournalContents(parsing: file.bytes, path: "").entries == [entry(1)])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func theSystemsWordForAFullDisk() throws {
    let file = try OpenFile(path: "/dev/full", flags: O_WRONLY)
    let journal = Journal(file: file, length: 0, sequence: 0)
    let error = #expect(throws: RunStoreError.self) { try journal.append(entry(1)) }
    #expect(error == .file(.writing, path: "/dev/full", code: ENOSPC))
    #expect(error?.isInputOutput == true)
    #expect("\(try #require(error))".contains("Free some space"))
  }

  @Test func foldersThatCannotBeMade() throws {
    let folder = try TemporaryFolder()
    try "x".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    for path in [folder.file("file/run"), folder.file("file")] {
      let error = #expect(throws: RunStoreError.self) { try Samples.create(path) }
      guard case .file(.creatingFolder, path, let code) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect([ENOTDIR, EEXIST].contains(code))
    }
  }

  /// The superuser may write anywhere.
  @Test(.enabled(if: geteuid() != 0)) func aFolderThatMayOnlyBeRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    try Samples.search(Samples.create(path))
    for file in ["lock", "journal.jsonl", "."] { chmod(path + "/" + file, 0o555) }
    defer { chmod(path, 0o755) }
    #expect(try RunFolder.open(path).replay().search.evaluatedCount == 10)
    #expect(throws: RunStoreError.file(.opening, path: path + "/lock", code: EACCES)) {
      try Samples.resume(path)
    }
  }

  /// Whoever removes a lock lets another process in, so nothing more is written.
  @Test(arguments: ["lock", "journal.jsonl"])
  func aRemovedFileEndsTheWork(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    let recorder = try Samples.create(path)
    let before = try #require(try WholeFile.read(path + "/journal.jsonl"))
    try FileManager.default.removeItem(atPath: path + "/" + name)
    // The same name is not the same file.
    try Data(name == "lock" ? [] : before).write(to: URL(fileURLWithPath: path + "/" + name))
    let error = #expect(throws: RunStoreError.lockLost(path: path + "/" + name)) {
      try Samples.search(recorder)
    }
    #expect(error?.isInputOutput == true)
    #expect(try WholeFile.read(path + "/journal.jsonl") == before)
  }

  @Test func replacedFilesAreWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("file")
    #expect(try WholeFile.read(path) == nil)
    let large = [UInt8](repeating: 7, count: 300_000)
    try WholeFile.replace(path, with: large)
    #expect(try WholeFile.read(path) == large)
    try WholeFile.replace(path, with: [1, 2])
    #expect(try WholeFile.read(path) == [1, 2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }
}

/// A file on a disk with little room: what fits of a write is written.
private final class SmallDisk: AppendableFile {
  static let full = RunStoreError.file(.writing, path: "journal", code: ENOSPC)

  let path = "journal"
  let isInPlace = true
  var bytes: [UInt8] = []
  var room = Int.max
  var failsToSynchronize = false

  func append(_ new: [UInt8]) throws {
    bytes += new.prefix(room)
    if new.count > room { throw Self.full }
  }

  func synchronize() throws {
    if failsToSynchronize { throw Self.full }
  }

  func truncate(to length: Int) throws { bytes.removeLast(bytes.count - length) }
}
