import Foundation

/// A file that takes its place as a whole, or not at all.
///
///     let file = try AtomicFile(staging: data, for: "winner.onnx")
///     try check(file.stagedPath)       // on a throw `discard()` leaves no trace
///     try file.commit()
package struct AtomicFile {
  package let path: String
  /// Where the bytes lie until `commit`.
  package let stagedPath: String

  /// Writes the bytes beside their place and flushes them to the disk.
  ///
  /// - Throws: `AtomicFileError`; nothing is left behind.
  package init(staging data: Data, for path: String) throws(AtomicFileError) {
    self.path = path
    // A link stays a link, to the new file.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var status = stat()
    if stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw AtomicFileError(path: path, code: EISDIR)
    }
    stagedPath = target + ".partial"
    do {
      try Self.write(data, to: stagedPath, flags: O_WRONLY | O_CREAT | O_TRUNC, isFile: true)
    } catch {
      unlink(stagedPath)
      throw AtomicFileError(path: path, code: error.code)
    }
  }

  /// Puts the bytes in their place, durably.
  package func commit() throws(AtomicFileError) {
    let target = String(stagedPath.dropLast(".partial".count))
    guard rename(stagedPath, target) == 0 else {
      let code = errno
      unlink(stagedPath)
      throw AtomicFileError(path: path, code: code)
    }
    let folder = open(
      URL(fileURLWithPath: target).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    // Some network file systems have no such call for folders.
    fsync(folder)
    close(folder)
  }

  /// Removes the staged bytes.
  package func discard() { unlink(stagedPath) }

  /// Writes a whole file. What is no regular file, such as a device or a pipe, is written to.
  package static func write(_ data: Data, to path: String) throws(AtomicFileError) {
    if isSpecial(path) {
      try write(data, to: path, flags: O_WRONLY, isFile: false)
    } else {
      try AtomicFile(staging: data, for: path).commit()
    }
  }

  /// Whether there is something at the path that is neither a file nor a folder.
  package static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func write(
    _ data: Data, to path: String, flags: Int32, isFile: Bool
  ) throws(AtomicFileError) {
    let descriptor = open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw AtomicFileError(path: path, code: errno) }
    defer { close(descriptor) }
    var rest = data[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw AtomicFileError(path: path, code: errno)
      }
      rest = rest.dropFirst(written)
    }
    if isFile, fsync(descriptor) != 0 { throw AtomicFileError(path: path, code: errno) }
  }
}

/// Why a file could not be written.
package struct AtomicFileError: Error, Sendable, Hashable {
  package let path: String
  /// As in `errno`.
  package let code: Int32

  package init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }
}

extension AtomicFileError: CustomStringConvertible {
  package var description: String {
    "\(path): can't be written: \(String(cString: strerror(code)).lowercased())"
  }
}
