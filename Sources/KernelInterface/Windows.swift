/// A rectangular window that slides over an image: of a pool, or of a convolution's patches.
package struct WindowGeometry: Hashable, Sendable {
  package var height: Int
  package var width: Int
  package var channels: Int
  package var outputHeight: Int
  package var outputWidth: Int
  package var kernelHeight: Int
  package var kernelWidth: Int
  package var strideHeight: Int
  package var strideWidth: Int
  package var dilationHeight: Int
  package var dilationWidth: Int
  package var padTop: Int
  package var padLeft: Int

  package init(
    height: Int, width: Int, channels: Int, outputHeight: Int, outputWidth: Int,
    kernelHeight: Int, kernelWidth: Int, strideHeight: Int, strideWidth: Int,
    dilationHeight: Int = 1, dilationWidth: Int = 1, padTop: Int, padLeft: Int
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padTop = padTop
    self.padLeft = padLeft
  }
}

/// Pools over windows, all images of a call at once. Padding counts neither in a maximum nor in
/// an average.
package struct PoolingKernels: Sendable {
  package let maximum: @Sendable (WindowGeometry, _ images: Int, _ x: Input, _ y: Output) -> Void
  /// The gradient goes to the first maximum of each window. Replaces `dx`.
  package let maximumGradient:
    @Sendable (WindowGeometry, _ images: Int, _ x: Input, _ dy: Input, _ dx: Output) -> Void
  package let average: @Sendable (WindowGeometry, _ images: Int, _ x: Input, _ y: Output) -> Void
  /// Replaces `dx`.
  package let averageGradient:
    @Sendable (WindowGeometry, _ images: Int, _ dy: Input, _ dx: Output) -> Void

  package init(
    maximum: @escaping @Sendable (WindowGeometry, Int, Input, Output) -> Void,
    maximumGradient: @escaping @Sendable (WindowGeometry, Int, Input, Input, Output) -> Void,
    average: @escaping @Sendable (WindowGeometry, Int, Input, Output) -> Void,
    averageGradient: @escaping @Sendable (WindowGeometry, Int, Input, Output) -> Void
  ) {
    self.maximum = maximum
    self.maximumGradient = maximumGradient
    self.average = average
    self.averageGradient = averageGradient
  }
}

/// Patches (im2col), which turn a general convolution into a matrix product.
///
/// A patch row belongs to one output pixel and holds
/// `[kernelHeight, kernelWidth, channels.count]` floats, zero where the window leaves the image.
package struct PatchKernels: Sendable {
  /// Writes the patch rows of output rows `rows` (of `images * outputHeight` in all) for the
  /// input channels `channels`.
  package let gather:
    @Sendable (
      WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ x: Input, _ patches: Output
    ) -> Void
  /// The transpose: adds patch rows into `dx`.
  package let scatter:
    @Sendable (
      WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ patches: Input, _ dx: Output
    ) -> Void

  package init(
    gather:
      @escaping @Sendable (WindowGeometry, Range<Int>, Range<Int>, Input, Output) -> Void,
    scatter:
      @escaping @Sendable (WindowGeometry, Range<Int>, Range<Int>, Input, Output) -> Void
  ) {
    self.gather = gather
    self.scatter = scatter
  }
}
