#if canImport(Glibc)
  import Glibc
#endif

/// Memory that a plan lays out once and that is freed as a whole. Starts as zeros.
package final class Arena {
  /// Starts on a huge page's boundary.
  package let base: UnsafeMutablePointer<Float>
  /// Floats.
  package let count: Int

  private let memory: UnsafeMutableRawPointer

  /// Huge pages spare the many translations that streaming over large activations needs.
  private static let hugePage = 2 << 20

  package init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePage
    memory = .allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    #if canImport(Glibc)
      // A wish, so its failure is no error.
      if isLarge { _ = madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    base = memory.initializeMemory(as: Float.self, repeating: 0, count: max(count, 1))
  }

  deinit {
    memory.deallocate()
  }

  package var bytes: Int { count * MemoryLayout<Float>.stride }
}
