import KernelInterface

extension ClippedWindow {
  /// - Parameter row: an output row among those of all images.
  @inline(__always)
  init(_ geometry: WindowGeometry, row: Int, x: Int) {
    let image = row / geometry.outputHeight
    let y = row - image * geometry.outputHeight
    let rowOffset = y * geometry.strideHeight - geometry.padTop
    let columnOffset = x * geometry.strideWidth - geometry.padLeft
    self.init(
      rows: tapsInside(
        rowOffset, step: geometry.dilationHeight, taps: geometry.kernelHeight,
        size: geometry.height),
      columns: tapsInside(
        columnOffset, step: geometry.dilationWidth, taps: geometry.kernelWidth,
        size: geometry.width),
      top: image * geometry.height + rowOffset, left: columnOffset)
  }

  /// Float offset of the input pixel under a tap.
  @inline(__always)
  func place(_ geometry: WindowGeometry, _ i: Int, _ j: Int) -> Int {
    let inputRow = top + i * geometry.dilationHeight
    return (inputRow * geometry.width + left + j * geometry.dilationWidth) * geometry.channels
  }
}
