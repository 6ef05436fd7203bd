import Kernels

/// Memory that a plan lays out once and that is freed as a whole. Starts as zeros.
package final class Arena {
  package let base: UnsafeMutablePointer<Float>
  /// Floats.
  package let count: Int

  private let memory: FloatMemory

  package init(count: Int) throws(MemoryShortage) {
    self.count = count
    memory = try FloatMemory(count: count)
    memory.floats.initialize(repeating: 0)
    // There is room for one float at least, so it has an address.
    base = memory.floats.baseAddress.unsafelyUnwrapped
  }

  package var bytes: Int { count * MemoryLayout<Float>.stride }
}
