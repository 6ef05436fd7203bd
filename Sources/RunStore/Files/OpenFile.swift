import Foundation

/// What a journal is written to: something that grows at its end.
protocol AppendableFile: AnyObject {
  var path: String { get }
  /// Whether the file is still the one at its path: it may have been removed or replaced.
  var isInPlace: Bool { get }
  /// Writes all the bytes behind the end, or throws; some may then have been written.
  func append(_ bytes: [UInt8]) throws
  /// Returns when everything written will survive a crash of the machine.
  func synchronize() throws
  func truncate(to length: Int) throws
}

/// A file that is open, closed when nobody holds it any more.
final class OpenFile: AppendableFile {
  let path: String
  let descriptor: Int32

  /// `flags` as for `open(2)`. The descriptor is not passed on to child processes, so a lock on
  /// it ends with this process.
  init(path: String, flags: Int32) throws {
    self.path = path
    descriptor = open(path, flags | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw RunStoreError.file(.opening, path: path, code: errno) }
  }

  deinit { close(descriptor) }

  var isInPlace: Bool {
    var (own, found) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &found) == 0
      && own.st_dev == found.st_dev && own.st_ino == found.st_ino
  }

  func append(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw RunStoreError.file(.writing, path: path, code: errno)
      }
      rest = rest.dropFirst(written)
    }
  }

  func synchronize() throws {
    #if canImport(Darwin)
      // There `fsync` leaves the bytes in the drive's own cache.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    if fsync(descriptor) != 0 {
      throw RunStoreError.file(.synchronizing, path: path, code: errno)
    }
  }

  func truncate(to length: Int) throws {
    if ftruncate(descriptor, off_t(length)) != 0 {
      throw RunStoreError.file(.truncating, path: path, code: errno)
    }
  }
}
