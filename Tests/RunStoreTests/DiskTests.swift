import Files
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
  func whatTheSystemSaysOfAFullDisk() throws {
    let file = try OpenFile(path: "/dev/full", flags: O_WRONLY)
    let journal = Journal(file: file, length: 0, sequence: 0)
    #expect(throws: FileError(.writing, path: "/dev/full", code: ENOSPC)) {
      try journal.append(entry(1))
    }
  }

  @Test func foldersThatCannotBeMade() throws {
    let folder = try TemporaryFolder()
    try "x".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    for path in [folder.file("file/run"), folder.file("file")] {
      let error = #expect(throws: FileError.self) { try Samples.create(path) }
      #expect(error?.operation == .creatingFolder && error?.path == path)
      #expect([ENOTDIR, EEXIST].contains(error?.code))
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
    #expect(throws: FileError(.opening, path: path + "/lock", code: EACCES)) {
      try Samples.resume(path)
    }
  }

  /// Whoever removes a lock lets another process in, so nothing more is written.
  @Test(arguments: ["lock", "journal.jsonl"])
  func aRemovedFileEndsTheWork(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    let recorder = try Samples.create(path)
    let before = try WholeFile.read(path + "/journal.jsonl")
    try FileManager.default.removeItem(atPath: path + "/" + name)
    // The same name is not the same file.
    try (name == "lock" ? Data() : before).write(to: URL(fileURLWithPath: path + "/" + name))
    #expect(throws: FolderLockError.lost(path: path + "/" + name)) {
      try Samples.search(recorder)
    }
    #expect(try WholeFile.read(path + "/journal.jsonl") == before)
  }
}

/// A file on a disk with little room: what fits of a write is written.
private final class SmallDisk: AppendableFile {
  static let full = FileError(.writing, path: "journal", code: ENOSPC)

  let path = "journal"
  let isInPlace = true
  var bytes: [UInt8] = []
  var room = Int.max
  var failsToSynchronize = false

  func write(_ new: [UInt8]) throws {
    bytes += new.prefix(room)
    if new.count > room { throw Self.full }
  }

  func synchronize() throws {
    if failsToSynchronize { throw Self.full }
  }

  func truncate(to length: Int) throws { bytes.removeLast(bytes.count - length) }
}
