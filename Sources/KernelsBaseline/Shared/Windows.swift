import KernelInterface

/// The part of one window that lies inside its image.
struct ClippedWindow {
  /// Taps inside, of the kernel's rows and columns.
  var rows: Range<Int>
  var columns: Range<Int>
  /// Input row and column of tap 0, over all images; possibly outside.
  var top: Int
  var left: Int

  /// - Parameter row: an output row among those of all images.
  @inline(__always)
  init(_ geometry: WindowGeometry, row: Int, x: Int) {
    let image = row / geometry.outputHeight
    let y = row - image * geometry.outputHeight
    let rowOffset = y * geometry.strideHeight - geometry.padTop
    let columnOffset = x * geometry.strideWidth - geometry.padLeft
    rows = tapsInside(
      rowOffset, step: geometry.dilationHeight, taps: geometry.kernelHeight,
      size: geometry.height)
    columns = tapsInside(
      columnOffset, step: geometry.dilationWidth, taps: geometry.kernelWidth,
      size: geometry.width)
    top = image * geometry.height + rowOffset
    left = columnOffset
  }

  /// Float offset of the input pixel under a tap.
  @inline(__always)
  func place(_ geometry: WindowGeometry, _ i: Int, _ j: Int) -> Int {
    let inputRow = top + i * geometry.dilationHeight
    return (inputRow * geometry.width + left + j * geometry.dilationWidth) * geometry.channels
  }
}

/// The taps t of `0..<taps` with `first + t * step` in `0..<size`.
@inline(__always)
func tapsInside(_ first: Int, step: Int, taps: Int, size: Int) -> Range<Int> {
  let lower = first >= 0 ? 0 : quotient(-first + step - 1, step)
  let upper = first >= size ? 0 : quotient(size - 1 - first, step) + 1
  let end = min(upper, taps)
  return min(lower, end)..<end
}
