import Foundation
import Synchronization
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

  /// As the standard output of a program that another one has started without waiting.
  @Test func aStreamThatDoesNotWaitGetsAll() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let (reader, writer) = (FileHandle(fileDescriptor: ends[0]), ends[1])
    #expect(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
    // More than a pipe holds.
    let bytes = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    let thread = Thread {
      do {
        try WholeFile.write(bytes, to: "/dev/fd/\(writer)")
      } catch {
        Issue.record(error)
      }
      close(writer)
    }
    thread.start()
    #expect(try reader.readToEnd() == bytes)
    try reader.close()
  }

  @Test func aLinkStaysALink() throws {
    let (link, file) = (folder + "/link", folder + "/file")
    try WholeFile.write(Data("old".utf8), to: file)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    try WholeFile.write(Data("new".utf8), to: link)
    #expect(try WholeFile.read(file) == Data("new".utf8))
  }

  @Test func aLinkToNothingYetLeadsToTheNewFile() throws {
    try Folder.make(folder + "/there")
    let link = folder + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "there/file")
    try WholeFile.write(Data("new".utf8), to: link)
    #expect(try WholeFile.read(folder + "/there/file") == Data("new".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "there/file")

    let lost = folder + "/lost"
    try FileManager.default.createSymbolicLink(atPath: lost, withDestinationPath: "/no/file")
    #expect(throws: FileError(.writing, path: lost, code: ENOENT)) {
      try WholeFile.write(Data(), to: lost)
    }
    let round = folder + "/round"
    try FileManager.default.createSymbolicLink(atPath: round, withDestinationPath: "round")
    #expect(throws: FileError(.writing, path: round, code: ELOOP)) {
      try WholeFile.write(Data(), to: round)
    }
  }

  /// Whatever it is redirected to is neither replaced nor begun anew.
  @Test func anOpenStreamIsWrittenTo() throws {
    let path = folder + "/log"
    try WholeFile.write(Data("before ".utf8), to: path)
    let log = try OpenFile(path: path, flags: O_WRONLY | O_APPEND)
    let stream = "/dev/fd/\(log.descriptor)"
    #expect(WholeFile.isSpecial(stream) && WholeFile.isSpecial("/dev/stdout"))
    #expect(WholeFile.isStandardOutput("/dev/stdout") && !WholeFile.isStandardOutput(stream))
    try WholeFile.write(Data("inside ".utf8), to: stream)
    try log.write(Data("after".utf8))
    #expect(try WholeFile.read(path) == Data("before inside after".utf8))
    #expect(throws: FileError(.writing, path: "/dev/fd/1000000", code: EBADF)) {
      try WholeFile.write(Data(), to: "/dev/fd/1000000")
    }
  }

  @Test func aNewFileIsAsPrivateAsTheOld() throws {
    let path = folder + "/x"
    try WholeFile.write(Data("old".utf8), to: path)
    #expect(chmod(path, 0o600) == 0)
    try WholeFile.write(Data("new".utf8), to: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
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
    for place in [folder, path + "/", missing + "/"] {
      #expect(throws: FileError(.writing, path: place, code: EISDIR)) {
        try WholeFile.write(Data(), to: place)
      }
    }
  }

  /// Each of several writers either puts a file of its own there or is told that another does.
  @Test func writersDontMix() throws {
    let path = folder + "/x"
    let busy = FileError(.writing, path: path, code: EBUSY)
    let failures = Mutex<[FileError]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { writer in
      for round in 1...50 {
        let bytes = Data(repeating: UInt8(writer), count: 40_000 * (writer + 1) + round)
        do throws(FileError) {
          try WholeFile.write(bytes, to: path)
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
    }
    #expect(failures.withLock { $0.allSatisfy { $0 == busy } })
    let bytes = try WholeFile.read(path)
    let writer = try #require(bytes.first)
    #expect(bytes.allSatisfy { $0 == writer })
    #expect((1...50).contains(bytes.count - 40_000 * (Int(writer) + 1)))
    #expect(try Folder.names(in: folder) == ["x"])
  }

  @Test func aFileThatAnotherWritesIsLeftToIt() throws {
    let path = folder + "/x"
    try WholeFile.write(Data("old".utf8), to: path)
    let other = try OpenFile(path: path + WholeFile.partialSuffix, flags: O_WRONLY | O_CREAT)
    #expect(flock(other.descriptor, LOCK_EX) == 0)
    try other.write(Data("half".utf8))
    let error = #expect(throws: FileError(.writing, path: path, code: EBUSY)) {
      try WholeFile.write(Data("new".utf8), to: path)
    }
    #expect(
      error?.description.hasSuffix("Something else is using it: wait until that has ended.") == true
    )
    #expect(try WholeFile.read(path) == Data("old".utf8))
    #expect(try WholeFile.read(path + WholeFile.partialSuffix) == Data("half".utf8))
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
