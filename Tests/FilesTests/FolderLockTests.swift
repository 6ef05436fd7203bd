import Foundation
import Testing

@testable import Files

@Suite final class FolderLockTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("mixnas-lock-\(UUID().uuidString)").path

  init() throws { try Folder.make(folder) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var path: String { folder + "/" + FolderLock.name }

  @Test func isHeldUntilNobodyNeedsIt() throws {
    do {
      let lock = try FolderLock(folder: folder)
      #expect(try WholeFile.read(path) == Data("\(getpid())\n".utf8))
      #expect(throws: FolderLockError.held(folder: folder, process: Int(getpid()))) {
        try FolderLock(folder: folder)
      }
      try lock.check()
    }
    _ = try FolderLock(folder: folder)
  }

  /// What a process that was killed left, or a power cut, is no reason to refuse.
  @Test(arguments: ["", "123456789\n", "12", "\0\0\0"]) func anOldLockIsTakenOver(
    contents: String
  ) throws {
    try WholeFile.write(Data(contents.utf8), to: path)
    let lock = try FolderLock(folder: folder)
    #expect(try WholeFile.read(path) == Data("\(getpid())\n".utf8))
    try lock.check()
  }

  @Test(arguments: ["precious", "1 2\n", "-1\n", String(repeating: "1", count: 100) + "\n"])
  func aFileOfSomebodyElseIsKept(contents: String) throws {
    try WholeFile.write(Data(contents.utf8), to: path)
    #expect(throws: FolderLockError.foreign(path: path)) { try FolderLock(folder: folder) }
    #expect(try WholeFile.read(path) == Data(contents.utf8))
  }

  @Test func aLinkIsNotFollowed() throws {
    try WholeFile.write(Data("1\n".utf8), to: folder + "/other")
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: folder + "/other")
    #expect(throws: FileError(.opening, path: path, code: ELOOP)) { try FolderLock(folder: folder) }
    #expect(try WholeFile.read(folder + "/other") == Data("1\n".utf8))
  }

  @Test func aRemovedLockIsNoticed() throws {
    let lock = try FolderLock(folder: folder)
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: FolderLockError.lost(path: path)) { try lock.check() }
  }
}
