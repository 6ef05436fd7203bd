import Foundation

/// Keeps a folder to one process that writes.
///
/// An advisory lock (`flock`) on a file in the folder. The kernel gives it up when the process
/// ends, however that happens, so there is no stale lock to remove.
package final class FolderLock {
  /// The file's name.
  package static let name = "lock"

  private let file: OpenFile

  /// Throws `FolderLockError.held` where another process, or another holder in this one, has it,
  /// `foreign` where the file is somebody else's, or `FileError`.
  package init(folder: String) throws {
    let path = folder + "/" + Self.name
    file = try OpenFile(path: path, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
    if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      guard code == EWOULDBLOCK else { throw FileError(.locking, path: path, code: code) }
      throw FolderLockError.held(folder: folder, process: Self.holder(path))
    }
    guard try Self.isOwn(file.rest(atLeast: 32)) else { throw FolderLockError.foreign(path: path) }
    try file.truncate(to: 0)
    lseek(file.descriptor, 0, SEEK_SET)
    try file.write(Array("\(getpid())\n".utf8))
  }

  /// Locks a folder for something to begin in: a new one, which is made with all that is missing
  /// above it, or one that holds nothing of value. Nil where the folder holds more.
  ///
  /// - Parameter isLeftover: whether what has this name is what a beginning leaves behind that did
  ///   not get far enough.
  /// - Throws: `FolderLockError`, `FileError`, and what `isLeftover` throws.
  package static func ofFresh(
    _ folder: String, isLeftover: (_ name: String) throws -> Bool
  ) throws -> FolderLock? {
    func isFree() throws -> Bool {
      try Folder.names(in: folder).allSatisfy { try $0 == name || isLeftover($0) }
    }
    try Folder.make(folder)
    // Before the lock, which would leave a file in somebody's folder, and with it.
    guard try isFree() else { return nil }
    let lock = try FolderLock(folder: folder)
    return try isFree() ? lock : nil
  }

  /// Throws `lost` where somebody has removed the file: another process may hold the folder by
  /// now.
  package func check() throws(FolderLockError) {
    if !file.isInPlace { throw .lost(path: file.path) }
  }

  /// Whether a lock holds this: a process's number on a line, or what a power cut leaves of it.
  private static func isOwn(_ contents: Data) -> Bool {
    contents.count < 32
      && contents.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || [0, UInt8(ascii: "\n")].contains($0)
      }
  }

  private static func holder(_ path: String) -> Int? {
    guard let bytes = try? WholeFile.read(path) else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}

/// Why a process may not write to a folder.
package enum FolderLockError: Error, Sendable, Hashable {
  case held(folder: String, process: Int?)
  /// A file of the lock's name that no lock has written.
  case foreign(path: String)
  /// The lock, or what it keeps, was removed or replaced while this process held it.
  case lost(path: String)
}

extension FolderLockError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .held(let folder, let process):
      let holder = process.map { "process \($0)" } ?? "another process"
      return """
        \(folder): \(holder) is at work in this folder. Wait until it has ended, or stop it first; \
        what it has recorded can be read meanwhile.
        """
    case .foreign(let path):
      return "\(path): mixnas has not written this file. Choose another folder, or move it away."
    case .lost(let path):
      return """
        \(path): removed or replaced while this process was at work, so another one may be at work \
        now, too. Nothing more was written. See that no other process has the folder before you go \
        on.
        """
    }
  }
}
