import Kernels

/// Sums that each chunk of a batch has made for itself, `[chunks, stride]` floats.
struct ChunkSums {
  let chunks: Int
  let stride: Int
  let values: Output
  let kernels: ElementwiseKernels

  /// Floats that are added up at once: of all chunks together they fit the first-level cache, so
  /// that every sum is read from memory once.
  private static let piece = 1024

  /// Adds the first `count` floats of all chunks up, in order, into the first chunk's.
  func addUp(_ count: Int, _ pass: TrainingPass) { addUp(0..<count, into: values, pass) }

  /// `result[i] = Σ values[chunk, range.lowerBound + i]`, in the order of the chunks.
  func addUp(_ range: Range<Int>, into result: Output, _ pass: TrainingPass) {
    let first = values + range.lowerBound
    if chunks == 1 {
      if result != first { result.update(from: first, count: range.count) }
      return
    }
    pass.forEachShare(of: range.count, grain: TrainingPass.leastShare) { share in
      var start = share.lowerBound
      while start < share.upperBound {
        let count = min(Self.piece, share.upperBound - start)
        kernels.add(count, first + start, first + stride + start, result + start)
        for chunk in 2..<max(chunks, 2) {
          kernels.add(count, result + start, first + chunk * stride + start, result + start)
        }
        start += count
      }
    }
  }
}
