/// Memory that a kernel is going to read or write next, fetched into the second-level cache a few
/// cache lines at a time while it still works on something else.
///
/// A kernel whose accesses are strides through a tensor gets no help from the hardware, which
/// fetches ahead only in the order of memory; asking for everything at once would make it wait.
///
/// Private to the kernel targets; it stands here so that the code that comes with a type is not
/// compiled with a kernel target's instructions.
package struct FetchAhead {
  /// Floats in a row.
  package struct Stretch {
    package var start: Input
    package var end: Input

    package init(_ start: Input, _ floats: Int) {
      self.start = start
      end = start + floats
    }

    @inline(__always)
    package var lines: Int { (end - start + 15) / 16 }
  }

  /// What is still to be fetched, the first stretch first.
  package var stretches: (Stretch, Stretch, Stretch, Stretch)
  /// Cache lines a multiply-add, times 2^20.
  package var rate: Int
  /// Parts of a line that are due, times 2^20.
  package var due = 0

  /// - Parameter multiplyAdds: of vectors, over which the fetching is spread.
  package init(_ stretches: (Stretch, Stretch, Stretch, Stretch), multiplyAdds: Int) {
    self.stretches = stretches
    let lines =
      stretches.0.lines + stretches.1.lines + stretches.2.lines + stretches.3.lines
    rate = (lines << 20) / max(multiplyAdds, 1) + 1
  }
}
