import Architectures
import Kernels

/// The mean of each channel over an image.
struct GlobalAverageStep: InferenceStep {
  var kernels: ElementwiseKernels
  /// Of one image.
  var pixels: Int
  /// Rows of channels that are summed up: an image's pixels, or sums of some of them each.
  var rows: Int
  var channels: Int
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    // Whole images: a sum cut by rows or channels would round otherwise.
    for image in share(of: images, part: part, of: parts) {
      kernels.columnSums(
        rows, channels, memory[input] + image * rows * channels, 1 / Float(pixels), false,
        memory[output] + image * channels)
    }
  }
}

/// A maximum or average over windows.
struct PoolStep: InferenceStep {
  var kernels: PoolingKernels
  var kind: Pool.Kind
  var geometry: WindowGeometry
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let pool = kind == .maximum ? kernels.maximum : kernels.average
    let mine = share(of: images * geometry.outputHeight, part: part, of: parts)
    var row = mine.lowerBound
    while row < mine.upperBound {
      let image = row / geometry.outputHeight
      let end = min(mine.upperBound, (image + 1) * geometry.outputHeight)
      let first = row - image * geometry.outputHeight
      let (band, skipped) = geometry.band(first..<first + end - row)
      let inputRow = image * geometry.height + skipped
      pool(
        band, 1, memory[input] + inputRow * geometry.width * geometry.channels,
        memory[output] + row * geometry.outputWidth * geometry.channels)
      row = end
    }
  }
}

extension WindowGeometry {
  /// The same windows for some output rows of an image alone, and the input rows above them
  /// that they don't see.
  func band(_ rows: Range<Int>) -> (geometry: WindowGeometry, skipped: Int) {
    let top = rows.lowerBound * strideHeight - padTop
    var band = self
    band.outputHeight = rows.count
    band.padTop = max(0, -top)
    band.height = height - max(0, top)
    return (band, max(0, top))
  }
}
