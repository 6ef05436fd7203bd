import Foundation
import Testing

@testable import Files

@Suite final class WholeFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("mixnas-files-\(UUID().uuidString)").path

  init() throws { try Folder.make(folder) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test func writtenFilesAreWholeAndLeaveNoTrace() throws {
    let path = folder + "/x"
    #expect(try WholeFile.readIfPresent(path) == nil)
    #expect(try WholeFile.readIfPresent(path + "/y") == nil)
    let large = Data(repeating: 7, count: 600_000)
    try WholeFile.write(large, to: path)
    #expect(try WholeFile.read(path) == large)
    try WholeFile.write([1, 2], to: path)
    #expect(try WholeFile.readIfPresent(path) == Data([1, 2]))
    #expect(try Folder.names(in: folder) == ["x"])
  }

  /// What is much too large need not be read to its end.
  @Test func readingMayStopEarly() throws {
    let path = folder + "/x"
    try WholeFile.write(Data(repeating: 7, count: 3_000_000), to: path)
    let start = try WholeFile.read(path, atLeast: 1000)
    #expect(start.count >= 1000 && start.count < 3_000_000)
  }

  @Test func aLinkStaysALink() throws {
    let (link, file) = (folder + "/link", folder + "/file")
    try WholeFile.write(Data("old".utf8), to: file)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    try WholeFile.write(Data("new".utf8), to: link)
    #expect(try WholeFile.read(file) == Data("new".utf8))
  }

  /// The file in the way, the old contents and the reason.
  @Test func aFileThatCannotBeWrittenStaysAsItWas() throws {
    let path = folder + "/x"
    try WholeFile.write(Data("old".utf8), to: path)
    try Folder.make(path + WholeFile.partialSuffix)
    #expect(throws: FileError(.writing, path: path, code: EISDIR)) {
      try WholeFile.write(Data("new".utf8), to: path)
    }
    #expect(try WholeFile.read(path) == Data("old".utf8))
    let missing = folder + "/no/x"
    #expect(throws: FileError(.writing, path: missing, code: ENOENT)) {
      try WholeFile.write(Data(), to: missing)
    }
    #expect(throws: FileError(.writing, path: folder, code: EISDIR)) {
      try WholeFile.write(Data(), to: folder)
    }
  }

  #if os(Linux)
    @Test func aFullDiskIsNoticedAndADeviceKept() {
      let error = #expect(throws: FileError.self) {
        try WholeFile.write(Data("x".utf8), to: "/dev/full")
      }
      #expect(error == FileError(.writing, path: "/dev/full", code: ENOSPC))
      #expect(
        error?.description
          == "/dev/full: writing failed: No space left on device. Free some space first.")
      #expect(WholeFile.isSpecial("/dev/full"))
      #expect(!WholeFile.isSpecial(folder))
    }
  #endif
}
