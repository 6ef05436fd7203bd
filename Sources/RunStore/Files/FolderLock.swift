import Foundation

/// Keeps a folder of a run or a training to one process that writes.
///
/// An advisory lock (`flock`) on a file in the folder. The kernel gives it up when the process
/// ends, however that happens, so there is no stale lock to remove.
package final class FolderLock {
  private let file: OpenFile

  /// Throws `RunStoreError.locked` where another process, or another holder in this one, has it.
  package init(folder: String) throws {
    let path = folder + "/" + RunFiles.lock
    file = try OpenFile(path: path, flags: O_RDWR | O_CREAT)
    if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      guard code == EWOULDBLOCK else {
        throw RunStoreError.file(.locking, path: path, code: code)
      }
      throw RunStoreError.locked(folder: folder, process: Self.holder(path))
    }
    try file.truncate(to: 0)
    try file.append(Array("\(getpid())\n".utf8))
  }

  /// Throws `RunStoreError.lockLost` where somebody has removed the file: another process may hold
  /// the folder by now.
  package func check() throws {
    if !file.isInPlace { throw RunStoreError.lockLost(path: file.path) }
  }

  private static func holder(_ path: String) -> Int? {
    guard let bytes = try? WholeFile.read(path) else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
