#if canImport(Glibc)
  import Glibc
#endif

/// Memory for tensors, on huge pages where it is large: they spare the many address translations
/// that streaming over large activations needs.
package struct FloatMemory: ~Copyable {
  /// Uninitialised; starts on a cache line, or on a huge page's boundary.
  package let bytes: UnsafeMutableRawBufferPointer

  private static var hugePage: Int { 2 << 20 }

  /// - Parameter count: floats; room for one is made in any case.
  package init(count: Int) {
    let size = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = size >= Self.hugePage
    bytes = .allocate(byteCount: size, alignment: isLarge ? Self.hugePage : 64)
    #if canImport(Glibc)
      // A wish, so its failure is no error.
      if isLarge { _ = madvise(bytes.baseAddress, size, MADV_HUGEPAGE) }
    #endif
  }

  deinit { bytes.deallocate() }

  package var floats: UnsafeMutableBufferPointer<Float> { bytes.bindMemory(to: Float.self) }
}
