import Builtin
import KernelInterface

extension FetchAhead {
  /// Bytes to go on with each tap of so many multiply-adds of vectors: a line at most, so that none
  /// is left out. Where little is computed of much memory, some of it stays unfetched.
  @inline(__always)
  func step(multiplyAdds: Int) -> Int {
    rate == 0 ? 0 : min((multiplyAdds * rate) >> 16 + 1, 64)
  }

  /// After a loop that has asked for what is in front of `place`: the other stretch's turn.
  @inline(__always)
  mutating func turn(_ place: UnsafeRawPointer) {
    if rate == 0 { return }
    current.start = place
    swap(&current, &other)
    if current.isEmpty || other.isEmpty { renew() }
  }
}

/// Asks for the line at `place`, and goes on.
@inline(__always)
func fetchLine(_ place: inout UnsafeRawPointer, _ step: Int) {
  prefetch(place)
  place += step
}

/// Has a cache line fetched into the second-level cache, and does not wait for it.
@inline(__always)
func prefetch(_ address: UnsafeRawPointer) {
  let (reading, secondLevel, data): (Int32, Int32, Int32) = (0, 2, 1)
  Builtin.int_prefetch_RawPointer(
    address._rawValue, reading._value, secondLevel._value, data._value)
}

/// Has a cache line fetched that is written next, on instruction sets that can say so without
/// leaving it to other cores; does not wait for it.
@inline(__always)
func prefetchForWriting(_ address: UnsafeRawPointer) {
  let (writing, firstLevel, data): (Int32, Int32, Int32) = (1, 3, 1)
  Builtin.int_prefetch_RawPointer(
    address._rawValue, writing._value, firstLevel._value, data._value)
}
