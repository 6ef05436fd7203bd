#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The bytes of a file as they lie on disk, read front to back.
final class RegularFile {
  let path: String
  /// Bytes when the file was opened.
  let size: Int
  private let descriptor: Int32

  init(_ path: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = Self.failure(path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DatasetError.notReadable(file: path, reason: "it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  func rewind() throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure(path) }
  }

  /// Fills the buffer as far as the file reaches; returns the number of bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
      #endif
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(path)
      }
      filled += count
    }
    return filled
  }

  private static func failure(_ path: String) -> DatasetError {
    .notReadable(file: path, reason: String(cString: strerror(errno)))
  }
}
