#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for tensors, on huge pages where it is large: they spare the many address translations
/// that streaming over large activations needs.
package struct FloatMemory: ~Copyable {
  /// Uninitialised; starts on a cache line, or on a huge page's boundary.
  package let bytes: UnsafeMutableRawBufferPointer

  private static var hugePage: Int { 2 << 20 }

  /// - Parameter count: floats; room for one is made in any case.
  /// - Throws: `MemoryShortage` where the machine doesn't have as much, or doesn't give it.
  package init(count: Int) throws(MemoryShortage) {
    let (size, overflows) = max(count, 1).multipliedReportingOverflow(
      by: MemoryLayout<Float>.stride)
    let machine = Self.machineBytes
    guard !overflows, size <= machine ?? .max,
      let start = size >= Self.hugePage ? Self.mapped(size) : Self.allocated(size)
    else { throw MemoryShortage(bytes: overflows ? .max : size, machineBytes: machine) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  deinit {
    if bytes.count >= Self.hugePage {
      munmap(bytes.baseAddress, bytes.count)
    } else {
      free(bytes.baseAddress)
    }
  }

  private static func allocated(_ size: Int) -> UnsafeMutableRawPointer? {
    var start: UnsafeMutableRawPointer?
    return posix_memalign(&start, 64, size) == 0 ? start : nil
  }

  /// Straight from the system, and back to it at the end: what an allocator kept would count
  /// against the next network, where a process may have only so much.
  private static func mapped(_ size: Int) -> UnsafeMutableRawPointer? {
    // With room to begin on a huge page's boundary; what is in front of it and behind goes back.
    let room = size + hugePage
    guard
      let place = mmap(nil, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      place != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    let start = place.alignedUp(toMultipleOf: hugePage)
    let end = (start + size).alignedUp(toMultipleOf: Int(sysconf(Int32(_SC_PAGESIZE))))
    if start > place { munmap(place, start - place) }
    if end < place + room { munmap(end, place + room - end) }
    #if canImport(Glibc)
      // A wish, so its failure is no error.
      _ = madvise(start, size, MADV_HUGEPAGE)
    #endif
    return start
  }

  /// Throws where so much can't be had: for arrays, which end the process where they don't fit.
  package static func check(count: Int) throws(MemoryShortage) {
    _ = try FloatMemory(count: count)
  }

  package var floats: UnsafeMutableBufferPointer<Float> { bytes.bindMemory(to: Float.self) }

  /// What the machine has; nil where the system doesn't tell. It might promise more, and end the
  /// process when that is used.
  private static var machineBytes: Int? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? pages * size : nil
  }
}

/// A network's buffers don't fit in memory.
package struct MemoryShortage: Error, Hashable, CustomStringConvertible {
  /// That are needed at once.
  package let bytes: Int
  /// That the machine has in all, where the system tells.
  package let machineBytes: Int?

  package var description: String {
    "the network's buffers need \(Self.gigabytes(bytes)) of memory at once, more than can be had"
      + (machineBytes.map { " (this machine has \(Self.gigabytes($0)))" } ?? "")
      + ": fewer images at a time, or smaller ones, need less"
  }

  private static func gigabytes(_ bytes: Int) -> String {
    let tenths = (bytes / 100_000_000) + 1
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}
