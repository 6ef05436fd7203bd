/// A data file read front to back, unpacked on the way where it is gzip.
///
/// A reader first reads the header, then says with `promise(bytes:)` how long the header makes
/// the file, and only then allocates and reads the rest.
final class DataFile {
  let path: String
  /// Bytes on disk.
  let size: Int
  /// Told from the first two bytes: browsers unpack `.gz` files without renaming them.
  let isCompressed: Bool
  /// Unpacked bytes read so far.
  private(set) var position = 0
  private var promised = Int.max
  private let source: (UnsafeMutableRawBufferPointer) throws -> Int

  init(_ path: String) throws {
    let file = try RegularFile(path)
    self.path = path
    size = file.size
    var magic: [UInt8] = [0, 0]
    let count = try magic.withUnsafeMutableBytes { try file.read(into: $0) }
    isCompressed = count == 2 && magic == [0x1F, 0x8B]
    try file.rewind()
    if isCompressed {
      source = try GzipReader(file).read
    } else {
      source = file.read
    }
  }

  /// The unpacked file must have exactly this many bytes. Throws at once where that can be seen
  /// from its size on disk, so that nothing is allocated on the word of a header.
  func promise(bytes: Int) throws {
    promised = bytes
    if isCompressed {
      guard bytes / GzipReader.largestRatio <= size else {
        throw DatasetError.sizeImpossible(
          file: path, promisedBytes: bytes, compressedBytes: size)
      }
    } else if size < bytes {
      throw DatasetError.truncated(file: path, expectedBytes: bytes, foundBytes: size)
    } else if size > bytes {
      throw DatasetError.trailingBytes(file: path, expectedBytes: bytes)
    }
  }

  /// Fills the buffer or throws `truncated`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = try source(buffer)
    let expected = promised == .max ? position + buffer.count : promised
    position += count
    guard count == buffer.count else {
      throw DatasetError.truncated(file: path, expectedBytes: expected, foundBytes: position)
    }
  }

  /// The next bytes. Their number must come from a kept promise or a small constant.
  func bytes(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let rest = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
      try read(into: rest)
      filled = count
    }
  }

  /// Throws `trailingBytes` where anything follows; also checks the last checksum of a gzip file.
  func expectEnd() throws {
    var extra: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &extra) { try source($0) }
    guard count == 0 else {
      throw DatasetError.trailingBytes(file: path, expectedBytes: position)
    }
  }
}
