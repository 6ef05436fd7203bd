/// Memory that a kernel is going to read or write next, fetched into the second-level cache a line
/// at a time while it still works on something else.
///
/// A kernel whose accesses are strides through a tensor gets no help from the hardware, which
/// fetches ahead only in the order of memory. Its inner loop asks for one line with each tap: lines
/// asked for in bursts keep everything else waiting.
///
/// Private to the kernel targets; it stands here so that the code that comes with a type is not
/// compiled with a kernel target's instructions.
package struct FetchAhead {
  package struct Stretch {
    package var start: UnsafeRawPointer
    package var end: UnsafeRawPointer

    package init(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) {
      self.start = start
      self.end = end
    }

    package init(_ start: Input, floats: Int) {
      self.init(start, start + floats)
    }

    @inline(__always)
    package var isEmpty: Bool { start >= end }

    /// Cuts off the second half of what is left.
    fileprivate mutating func takeHalf() -> Stretch {
      let half = Stretch(start + max(end - start, 0) / 2, end)
      end = half.start
      return half
    }
  }

  /// As many as a depthwise kernel's tensors; any may be empty.
  package typealias Stretches = (Stretch, Stretch, Stretch, Stretch)

  /// Two stretches take turns, since lines from two places come faster than from one. This one's
  /// turn is next.
  package var current: Stretch
  package var other: Stretch
  /// Take the place of one that has come to its end.
  private var waiting: (Stretch, Stretch)
  /// Bytes for each multiply-add of vectors, times 2^16; 0 if nothing is left to be fetched.
  package var rate = 0
  /// What is asked for then: a line that is near.
  private let idle: UnsafeRawPointer

  /// Fetches nothing.
  ///
  /// - Parameter idle: memory in use, at hand in the first-level cache.
  package init(idle: UnsafeRawPointer) {
    let nothing = Stretch(idle, idle)
    current = nothing
    other = nothing
    waiting = (nothing, nothing)
    self.idle = idle
  }

  /// - Parameter multiplyAdds: of vectors, over which the fetching is spread.
  package init(_ stretches: Stretches, multiplyAdds: Int, idle: UnsafeRawPointer) {
    current = stretches.0
    other = stretches.1
    waiting = (stretches.2, stretches.3)
    self.idle = idle
    let bytes =
      (current.end - current.start) + (other.end - other.start)
      + (waiting.0.end - waiting.0.start) + (waiting.1.end - waiting.1.start)
    rate = (bytes << 16) / max(multiplyAdds, 1)
    renew()
  }

  /// Replaces a stretch that has come to its end by one that waits, or by half of what is left of
  /// the other.
  package mutating func renew() {
    if current.isEmpty { current = nextWaiting() ?? other.takeHalf() }
    if other.isEmpty { other = nextWaiting() ?? current.takeHalf() }
    if current.isEmpty && other.isEmpty { self = FetchAhead(idle: idle) }
  }

  private mutating func nextWaiting() -> Stretch? {
    let next = waiting.0.isEmpty ? waiting.1 : waiting.0
    if waiting.0.isEmpty { waiting.1 = Stretch(idle, idle) }
    waiting.0 = Stretch(idle, idle)
    return next.isEmpty ? nil : next
  }
}
