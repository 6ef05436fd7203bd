import KernelInterface

/// Floats of stack memory that the depthwise kernels' inner loops use.
@inline(__always) var scratchFloats: Int { 64 * width }

/// Calls `body` with `scratchFloats` floats on the stack.
@inline(__always)
func withScratch(_ body: (Output) -> Void) {
  typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)
  typealias All = (Eight, Eight, Eight, Eight, Eight, Eight, Eight, Eight)
  let zero = Vector.zero
  let eight: Eight = (zero, zero, zero, zero, zero, zero, zero, zero)
  var scratch: All = (eight, eight, eight, eight, eight, eight, eight, eight)
  withUnsafeMutableBytes(of: &scratch) { bytes in
    if let start = bytes.baseAddress { body(start.assumingMemoryBound(to: Float.self)) }
  }
}
