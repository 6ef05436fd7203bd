#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Which cores of the machine a thread may run on.
///
/// On Linux a set of core numbers. macOS has no such call (its scheduler takes hints about the
/// kind of work only), so there every function says that it did nothing.
package enum CoreAffinity {
  /// Whether this system lets a program choose its cores.
  package static var isSupported: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }

  /// Cores that the calling thread may run on, ascending; nil where the system doesn't tell.
  package static func allowedCores() -> [Int]? {
    #if os(Linux)
      var mask = cpu_set_t()
      guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &mask) == 0 else { return nil }
      return withUnsafeBytes(of: &mask) { bytes in
        (0..<bytes.count * 8).filter { bytes[$0 / 8] & (1 << UInt8($0 % 8)) != 0 }
      }
    #else
      return nil
    #endif
  }

  /// Lets the calling thread run on `cores` alone. Returns false, without a change, where the
  /// system can't or won't.
  @discardableResult
  package static func pinCallingThread(to cores: [Int]) -> Bool {
    #if os(Linux)
      var mask = cpu_set_t()
      let fits = withUnsafeMutableBytes(of: &mask) { bytes in
        for core in cores {
          guard core >= 0, core < bytes.count * 8 else { return false }
          bytes[core / 8] |= 1 << UInt8(core % 8)
        }
        return !cores.isEmpty
      }
      return fits && sched_setaffinity(0, MemoryLayout<cpu_set_t>.size, &mask) == 0
    #else
      return false
    #endif
  }

  /// Runs `body` with the calling thread on `core` alone, and gives it its cores back.
  package static func pinned<Result>(
    to core: Int?, _ body: () throws -> Result
  ) rethrows -> Result {
    guard let core, let before = allowedCores(), pinCallingThread(to: [core]) else {
      return try body()
    }
    defer { pinCallingThread(to: before) }
    return try body()
  }
}
