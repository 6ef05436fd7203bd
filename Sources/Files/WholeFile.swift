import Foundation

/// Files that are read and replaced as a whole.
package enum WholeFile {
  /// Ends the name of a file that is not yet whole; a crash can leave one behind.
  package static let partialSuffix = ".mixnas-partial"

  /// All that a file holds, or that a pipe or a device gives; behind `size` bytes reading may stop.
  package static func read(_ path: String, atLeast size: Int = .max) throws(FileError) -> Data {
    try OpenFile(path: path, flags: O_RDONLY).rest(atLeast: size)
  }

  /// The same, and nil where there is no such file, or no such folder.
  package static func readIfPresent(_ path: String) throws(FileError) -> Data? {
    do {
      return try read(path)
    } catch {
      if error.operation == .opening, [ENOENT, ENOTDIR].contains(error.code) { return nil }
      throw error
    }
  }

  /// Puts the bytes in the file's place, durably: whenever the process or the machine stops, the
  /// file holds either all of the old bytes or all of the new ones. A link stays a link, to the new
  /// file. What is no regular file, such as a device or a pipe, is written to, and so is a stream
  /// that is open, such as `/dev/stdout`, wherever it goes. Throws `EBUSY` where another process is
  /// about to replace the same file.
  package static func write(_ bytes: some ContiguousBytes, to path: String) throws(FileError) {
    do throws(FileError) {
      if let stream = openStream(path) {
        try OpenFile(path: path, duplicating: stream).write(bytes)
        return
      }
      switch kind(of: path) {
      case S_IFDIR: throw FileError(.writing, path: path, code: EISDIR)
      case nil, S_IFREG: try replace(try endOfLinks(path), with: bytes)
      default: try OpenFile(path: path, flags: O_WRONLY).write(bytes)
      }
    } catch {
      throw FileError(.writing, path: path, code: error.code)
    }
  }

  /// Writes a file that need not outlive the process.
  package static func writeTemporary(
    _ bytes: some ContiguousBytes, to path: String
  ) throws(FileError) {
    try OpenFile(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC).write(bytes)
  }

  private static func replace(
    _ path: String, with bytes: some ContiguousBytes
  ) throws(FileError) {
    let partial = path + partialSuffix
    let file = try openAlone(partial)
    do throws(FileError) {
      try file.truncate(to: 0)
      // As private as the file that it takes the place of.
      var status = stat()
      if stat(path, &status) == 0 { fchmod(file.descriptor, status.st_mode & 0o7777) }
      try file.write(bytes)
      try file.synchronize()
      if rename(partial, path) != 0 { throw FileError(.writing, path: path, code: errno) }
    } catch {
      unlink(partial)
      throw error
    }
    try Folder.synchronize(place(of: path).folder)
  }

  /// Two processes that wrote the same bytes' place together would leave a mixture.
  private static func openAlone(_ path: String) throws(FileError) -> OpenFile {
    while true {
      let file = try OpenFile(path: path, flags: O_WRONLY | O_CREAT)
      // A file system without locks is taken as it is.
      if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        throw FileError(.writing, path: path, code: EBUSY)
      }
      // Otherwise another process has just given it its final name.
      if file.isInPlace { return file }
    }
  }

  /// Whether there is something at the path that is neither a file nor a folder, or a stream that
  /// is open.
  package static func isSpecial(_ path: String) -> Bool {
    openStream(path) != nil || ![nil, S_IFREG, S_IFDIR].contains(kind(of: path))
  }

  /// Whether what is written to the path goes where standard output goes.
  package static func isStandardOutput(_ path: String) -> Bool {
    if openStream(path) == STDOUT_FILENO { return true }
    var (own, found) = (stat(), stat())
    return isSpecial(path) && fstat(STDOUT_FILENO, &own) == 0 && stat(path, &found) == 0
      && own.st_dev == found.st_dev && own.st_ino == found.st_ino
  }

  /// The descriptor that a path stands for. Opening it would begin a redirected file anew.
  private static func openStream(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  /// Where a link leads in the end, whether or not something is there; the path itself where it is
  /// no link. Throws `EISDIR` for `name/`, and `ELOOP`.
  package static func endOfLinks(_ path: String) throws(FileError) -> String {
    // `name/` would be a folder.
    if path.hasSuffix("/") { throw FileError(.writing, path: path, code: EISDIR) }
    var end = path
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: end) else {
        return end
      }
      end = next.hasPrefix("/") ? next : folderPrefix(end) + next
    }
    throw FileError(.writing, path: path, code: ELOOP)
  }

  /// The folder of a file and its name there. A path is followed as the system does: `..` behind a
  /// link is the folder above that which the link leads to.
  package static func place(of path: String) -> (folder: String, name: String) {
    let folder = folderPrefix(path)
    return (folder.isEmpty ? "." : folder, String(path.dropFirst(folder.count)))
  }

  /// What a path has in front of its last name; empty for a name alone.
  private static func folderPrefix(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)])
  }

  /// As in `st_mode`, behind links; nil where nothing is.
  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
