import CZlib

/// Unpacks a gzip file of one or several members, piece by piece and only as far as asked.
final class GzipReader {
  private let file: RegularFile
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  /// Compressed bytes handed to zlib so far.
  private var consumed = 0
  /// The last member is complete; another may follow.
  private var memberEnded = false

  /// No byte of deflate data stands for more bytes than this (zlib's technical notes).
  static let largestRatio = 1032

  init(_ file: RegularFile) throws {
    self.file = file
    input = .allocate(byteCount: 1 << 16, alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more for a gzip header and its checksum.
    let status = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw DatasetError.notReadable(file: file.path, reason: "zlib does not start (\(status))")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  /// Fills the buffer as far as the data reach; returns the number of bytes. Fewer than asked
  /// means that the last member ended there and its checksum is right.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      if stream.pointee.avail_in == 0 {
        let count = try file.read(into: input)
        if count == 0 {
          if memberEnded { break }
          throw damage("the file ends in the middle of its data")
        }
        consumed += count
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
      }
      if memberEnded {
        guard inflateReset(stream) == Z_OK else { throw damage("a further part does not start") }
        memberEnded = false
      }
      let room = min(buffer.count - filled, 1 << 30)
      stream.pointee.next_out = (buffer.baseAddress.map { $0 + filled })?
        .assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      filled += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK, Z_BUF_ERROR: continue
      case Z_STREAM_END: memberEnded = true
      default: throw damage(stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)")
      }
    }
    return filled
  }

  private func damage(_ reason: String) -> DatasetError {
    .damagedArchive(
      file: file.path, offset: consumed - Int(stream.pointee.avail_in), reason: reason)
  }
}
