import Foundation

/// A file that is open, closed when nobody holds it any more.
package final class OpenFile {
  package let path: String
  package let descriptor: Int32

  /// `flags` as for `open(2)`. The descriptor is not passed on to child processes, so a lock on
  /// it ends with this process.
  package init(path: String, flags: Int32) throws(FileError) {
    self.path = path
    descriptor = open(path, flags | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw error(.opening) }
  }

  /// Another descriptor of what is open already; `path` is named in errors.
  package init(path: String, duplicating other: Int32) throws(FileError) {
    self.path = path
    descriptor = fcntl(other, F_DUPFD_CLOEXEC, 0)
    if descriptor < 0 { throw error(.opening) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the file is still the one at its path: it may have been removed or replaced.
  package var isInPlace: Bool {
    var (own, found) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &found) == 0
      && own.st_dev == found.st_dev && own.st_ino == found.st_ino
  }

  /// What lies between here and the end; behind `size` bytes it may stop. Throws `ENOMEM` where
  /// there is more than memory has room for, with what is made of it.
  package func rest(atLeast size: Int = .max) throws(FileError) -> Data {
    var contents = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var sure = 1 << 24
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 || contents.count >= size { return contents }
      if count > 0 {
        contents += buffer[..<count]
        if contents.count > sure {
          sure = 2 * contents.count
          // Contents that grow lie in two places for a moment.
          guard Memory.canHave(bytes: 2 * Double(sure)) else {
            throw FileError(.reading, path: path, code: ENOMEM)
          }
        }
      } else if errno != EINTR {
        throw error(.reading)
      }
    }
  }

  /// Writes all the bytes, or throws; some may then have been written.
  package func write(_ bytes: some ContiguousBytes) throws(FileError) {
    let code = Self.write(bytes, to: descriptor)
    if code != 0 { throw FileError(.writing, path: path, code: code) }
  }

  /// Writes all the bytes to what is open already. Returns the system's `errno`, 0 if all was
  /// written.
  package static func write(_ bytes: some ContiguousBytes, to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // Another process has made the stream one that doesn't wait.
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&ready, 1, -1)
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }

  /// Returns when everything written will survive a crash of the machine.
  package func synchronize() throws(FileError) {
    #if canImport(Darwin)
      // There `fsync` leaves the bytes in the drive's own cache.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    if fsync(descriptor) != 0 { throw error(.synchronizing) }
  }

  package func truncate(to length: Int) throws(FileError) {
    if ftruncate(descriptor, off_t(length)) != 0 { throw error(.truncating) }
  }

  /// Of the system call that has just failed.
  private func error(_ operation: FileError.Operation) -> FileError {
    FileError(operation, path: path, code: errno)
  }
}
