import Foundation

/// Files that are read and replaced as a whole.
package enum WholeFile {
  /// Ends the name of a file that is not yet whole; a crash can leave one behind.
  package static let partialSuffix = ".partial"

  /// Nil where there is no such file.
  package static func read(_ path: String) throws -> [UInt8]? {
    let file: OpenFile
    do {
      file = try OpenFile(path: path, flags: O_RDONLY)
    } catch RunStoreError.file(.opening, _, code: ENOENT) {
      return nil
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        Foundation.read(file.descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw RunStoreError.file(.reading, path: path, code: errno)
      }
      bytes += buffer[..<count]
    }
  }

  /// Puts the bytes in the file's place, durably: whenever the process or the machine stops, the
  /// file holds either all of the old bytes or all of the new ones.
  package static func replace(_ path: String, with bytes: [UInt8]) throws {
    let partial = path + partialSuffix
    do {
      let file = try OpenFile(path: partial, flags: O_WRONLY | O_CREAT | O_TRUNC)
      try file.append(bytes)
      try file.synchronize()
    } catch {
      unlink(partial)
      throw error
    }
    if rename(partial, path) != 0 {
      throw RunStoreError.file(.renaming, path: path, code: errno)
    }
    try synchronizeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  /// Makes new names in a folder durable.
  static func synchronizeFolder(_ path: String) throws {
    let folder = try OpenFile(path: path, flags: O_RDONLY | O_DIRECTORY)
    do {
      try folder.synchronize()
    } catch RunStoreError.file(.synchronizing, _, code: EINVAL) {
      // Some network file systems have no such call for folders.
    }
  }
}
