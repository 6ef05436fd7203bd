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
    let isLarge = size >= Self.hugePage
    var start: UnsafeMutableRawPointer?
    guard !overflows, size <= machine ?? .max,
      posix_memalign(&start, isLarge ? Self.hugePage : 64, size) == 0
    else { throw MemoryShortage(bytes: overflows ? .max : size, machineBytes: machine) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
    #if canImport(Glibc)
      // A wish, so its failure is no error.
      if isLarge { _ = madvise(start, size, MADV_HUGEPAGE) }
    #endif
  }

  deinit { free(bytes.baseAddress) }

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
