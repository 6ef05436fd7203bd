import KernelInterface

/// Runs `iterations` rounds of ten independent multiply-add chains in registers, enough to hide
/// the latency of two units, and returns the floating-point operations done. `sink` is read
/// and written, so that nothing is optimised away.
package func runMultiplyAddChains(iterations: Int, sink: Output) -> Int {
  let start = Vector(repeating: sink.pointee)
  let factor = Vector(repeating: 0.999)
  let summand = Vector(repeating: 1e-3)
  var (a, b, c, d, e) = (start, start + 1, start + 2, start + 3, start + 4)
  var (f, g, h, i, j) = (start + 5, start + 6, start + 7, start + 8, start + 9)
  for _ in 0..<iterations {
    a = multiplyAdd(a, factor, summand)
    b = multiplyAdd(b, factor, summand)
    c = multiplyAdd(c, factor, summand)
    d = multiplyAdd(d, factor, summand)
    e = multiplyAdd(e, factor, summand)
    f = multiplyAdd(f, factor, summand)
    g = multiplyAdd(g, factor, summand)
    h = multiplyAdd(h, factor, summand)
    i = multiplyAdd(i, factor, summand)
    j = multiplyAdd(j, factor, summand)
  }
  let total = (a + b) + (c + d) + (e + f) + (g + h) + (i + j)
  sink.pointee = total[0]
  return iterations * 10 * width * 2
}

/// Reads whole vectors of `count` floats and writes them elsewhere, `repetitions` times; returns
/// the bytes read and written.
package func runCopies(
  count: Int, repetitions: Int, from source: Input, to destination: Output
) -> Int {
  for _ in 0..<repetitions { copyFloats(count, source, destination) }
  return repetitions * (count / width) * width * 8
}

/// Not inlined, or copying the same again would be taken out of the loop.
@inline(never)
private func copyFloats(_ count: Int, _ source: Input, _ destination: Output) {
  var offset = 0
  while offset + width <= count {
    // More than a copy, or it would become a call of the C library's.
    store(load(source + offset) + Vector(repeating: 1), destination + offset)
    offset += width
  }
}
