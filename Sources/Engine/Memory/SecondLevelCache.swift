#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cache of a core that holds what it works on for some microseconds.
enum SecondLevelCache {
  /// Floats of a tensor of which most are still there when it is read again, beside what else a
  /// step works on: a third of all that the cache holds.
  static let nearFloats = bytes / MemoryLayout<Float>.stride / 3

  /// From what the system says; a megabyte where it says nothing, or nothing likely.
  private static var bytes: Int {
    #if canImport(Glibc)
      let size = Int(sysconf(Int32(_SC_LEVEL2_CACHE_SIZE)))
    #elseif canImport(Darwin)
      var size = 0
      var count = MemoryLayout<Int>.size
      if sysctlbyname("hw.l2cachesize", &size, &count, nil, 0) != 0 { size = 0 }
    #else
      let size = 0
    #endif
    return (128 << 10...16 << 20).contains(size) ? size : 1 << 20
  }
}
