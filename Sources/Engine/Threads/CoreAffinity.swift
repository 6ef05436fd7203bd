#if canImport(Glibc)
  import Glibc
#endif

/// Which cores of the machine a thread may run on.
///
/// On Linux a set of core numbers. macOS has no such call (its scheduler takes hints about the
/// kind of work only), so there every function says that it did nothing.
package enum CoreAffinity {
  /// Cores that the calling thread may run on, ascending; nil where the system doesn't tell.
  package static func allowedCores() -> [Int]? {
    #if os(Linux)
      guard let affinity = LinuxAffinity.shared else { return nil }
      var mask = LinuxAffinity.emptyMask
      guard affinity.get(0, mask.count, &mask) == 0 else { return nil }
      return (0..<mask.count * 8).filter { mask[$0 / 8] & (1 << UInt8($0 % 8)) != 0 }
    #else
      return nil
    #endif
  }

  /// Lets the calling thread run on `cores` alone. Returns false, without a change, where the
  /// system can't or won't.
  @discardableResult
  package static func pinCallingThread(to cores: [Int]) -> Bool {
    #if os(Linux)
      guard let affinity = LinuxAffinity.shared else { return false }
      var mask = LinuxAffinity.emptyMask
      for core in cores {
        guard core >= 0, core < mask.count * 8 else { return false }
        mask[core / 8] |= 1 << UInt8(core % 8)
      }
      return affinity.set(0, mask.count, mask) == 0
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

#if os(Linux)
  /// The system's two calls, which its headers hide from Swift behind `_GNU_SOURCE`; thread 0
  /// is the calling one.
  private struct LinuxAffinity: Sendable {
    let get: @convention(c) (Int32, Int, UnsafeMutablePointer<UInt8>) -> Int32
    let set: @convention(c) (Int32, Int, UnsafePointer<UInt8>) -> Int32

    /// A bit for each of 1,024 cores, as many as glibc's own type.
    static let emptyMask = [UInt8](repeating: 0, count: 128)

    /// Nil in a static program whose libc leaves them out.
    static let shared: LinuxAffinity? = {
      guard let get = dlsym(nil, "sched_getaffinity"), let set = dlsym(nil, "sched_setaffinity")
      else { return nil }
      return LinuxAffinity(
        get: unsafeBitCast(
          get, to: (@convention(c) (Int32, Int, UnsafeMutablePointer<UInt8>) -> Int32).self),
        set: unsafeBitCast(
          set, to: (@convention(c) (Int32, Int, UnsafePointer<UInt8>) -> Int32).self))
    }()
  }
#endif
