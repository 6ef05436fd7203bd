import Foundation
import Testing

@testable import WeightFiles

@Suite struct AtomicFileTests {
  @Test func takesItsPlaceOnCommit() throws {
    try Samples.withFolder { folder in
      let path = folder.appendingPathComponent("x").path
      try AtomicFile.write(Data("old".utf8), to: path)
      let staged = try AtomicFile(staging: Data("new".utf8), for: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
      #expect(try String(contentsOfFile: staged.stagedPath, encoding: .utf8) == "new")
      try staged.commit()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
      let other = try AtomicFile(staging: Data("newer".utf8), for: path)
      other.discard()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x"])
    }
  }

  @Test func aLinkStaysALink() throws {
    try Samples.withFolder { folder in
      let link = folder.appendingPathComponent("link")
      let file = folder.appendingPathComponent("file")
      try Data("old".utf8).write(to: file)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      try AtomicFile.write(Data("new".utf8), to: link.path)
      #expect(try String(contentsOf: file, encoding: .utf8) == "new")
    }
  }

  @Test func sayWhichFileAndWhy() throws {
    try Samples.withFolder { folder in
      let missing = folder.appendingPathComponent("no/x").path
      let error = #expect(throws: AtomicFileError.self) {
        try AtomicFile.write(Data(), to: missing)
      }
      #expect(error == AtomicFileError(path: missing, code: ENOENT))
      #expect(error.map { "\($0)".hasPrefix(missing + ": can't be written: no such") } == true)
      #expect(throws: AtomicFileError(path: folder.path, code: EISDIR)) {
        try AtomicFile.write(Data(), to: folder.path)
      }
    }
  }

  #if os(Linux)
    @Test func aFullDiskIsNoticedAndADeviceKept() {
      #expect(throws: AtomicFileError(path: "/dev/full", code: ENOSPC)) {
        try AtomicFile.write(Data("x".utf8), to: "/dev/full")
      }
      #expect(AtomicFile.isSpecial("/dev/full"))
    }
  #endif
}
