import Builtin
import KernelInterface

extension FetchAhead {
  /// Fetches what is due for some multiply-adds of vectors.
  @inline(__always)
  mutating func advance(multiplyAdds: Int) {
    due += multiplyAdds * rate
    var lines = due >> 20
    due &= 1 << 20 - 1
    while lines > 0 {
      if stretches.0.start >= stretches.0.end {
        let end = Stretch(stretches.3.end, 0)
        stretches = (stretches.1, stretches.2, stretches.3, end)
        if stretches.0.start >= stretches.0.end { return }
      }
      prefetch(stretches.0.start)
      stretches.0.start += 16
      lines -= 1
    }
  }
}

/// Has a cache line fetched into the second-level cache, and does not wait for it.
@inline(__always)
func prefetch(_ address: Input) {
  let (reading, secondLevel, data): (Int32, Int32, Int32) = (0, 2, 1)
  Builtin.int_prefetch_RawPointer(
    address._rawValue, reading._value, secondLevel._value, data._value)
}
