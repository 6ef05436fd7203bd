import KernelInterface

/// Calls `body` for each vector of `count` floats with its offset and its lanes, fewer in the
/// last. To be inlined, `body` must be a function that says so, not a closure.
@inline(__always)
func forEachVector(_ count: Int, _ body: (_ offset: Int, _ lanes: Int) -> Void) {
  var offset = 0
  while offset + width <= count {
    body(offset, width)
    offset += width
  }
  if offset < count { body(offset, count - offset) }
}

/// Writes zeros.
@inline(__always)
func clear(_ count: Int, _ destination: Output) {
  @inline(__always)
  func step(_ offset: Int, _ lanes: Int) { store(.zero, destination + offset, lanes: lanes) }
  forEachVector(count, step)
}

/// Copies some floats and nothing else.
@inline(__always)
func copyRow(_ count: Int, from source: Input, to destination: Output) {
  var offset = 0
  while offset + width <= count {
    store(load(source + offset), destination + offset)
    offset += width
  }
  // Not by way of a vector, which would wait for its pieces.
  copyLanes(count - offset, from: source + offset, to: destination + offset)
}
