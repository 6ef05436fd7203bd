import KernelInterface

enum WindowCases {
  enum Kernel { case maximum, maximumGradient, average, averageGradient, gather, scatter }

  private struct Shape {
    var name: String
    var images = 1
    var geometry: WindowGeometry
    /// Patches of all channels, as a stem's, instead of those of a group: all but the first.
    var hasAllChannels = false
    /// Output rows whose patches a call is for; nil for all.
    var rows: Range<Int>?

    var withAllChannels: Shape {
      var shape = self
      shape.hasAllChannels = true
      return shape
    }
  }

  /// - Parameter zeros: on each side of the image, without dilation; nil for as many as make
  ///   outputs `size / stride`.
  private static func shape(
    _ name: String, images: Int = 1, _ height: Int, _ width: Int, _ channels: Int,
    kernel: (Int, Int), stride: (Int, Int), dilation: (Int, Int) = (1, 1), zeros: Int? = nil,
    rows: Range<Int>? = nil
  ) -> Shape {
    func outputs(_ size: Int, _ kernel: Int, _ stride: Int) -> Int {
      zeros.map { (size + 2 * $0 - kernel) / stride + 1 } ?? (size + stride - 1) / stride
    }
    func pad(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      zeros
        ?? max(
          (outputs(size, kernel, stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0) / 2
    }
    return Shape(
      name: name, images: images,
      geometry: WindowGeometry(
        height: height, width: width, channels: channels,
        outputHeight: outputs(height, kernel.0, stride.0),
        outputWidth: outputs(width, kernel.1, stride.1),
        kernelHeight: kernel.0, kernelWidth: kernel.1, strideHeight: stride.0,
        strideWidth: stride.1, dilationHeight: dilation.0, dilationWidth: dilation.1,
        padTop: pad(height, kernel.0, stride.0, dilation.0),
        padLeft: pad(width, kernel.1, stride.1, dilation.1)),
      rows: rows)
  }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    switch kernel {
    case .gather, .scatter:
      (shapes + patchShapes).flatMap { shape in
        var whole = shape.withAllChannels
        whole.name += ", all channels"
        return [make(shape, kernel), make(whole, kernel)]
      }
    default: shapes.map { make($0, kernel) }
    }
  }

  private static let shapes = [
    shape("one pixel, one channel", 1, 1, 1, kernel: (3, 3), stride: (1, 1)),
    shape("3 channels", images: 2, 7, 9, 3, kernel: (3, 3), stride: (2, 2)),
    shape("channels of one vector", 8, 6, 16, kernel: (2, 2), stride: (2, 2)),
    shape("channels beyond a vector", images: 2, 5, 7, 21, kernel: (3, 3), stride: (1, 1)),
    shape("half a vector left", 6, 5, 24, kernel: (3, 3), stride: (2, 1)),
    shape("asymmetric", 9, 8, 5, kernel: (1, 7), stride: (1, 1)),
    shape("dilated", 11, 10, 6, kernel: (3, 3), stride: (1, 1), dilation: (2, 3)),
  ]

  /// Kernel rows of fewer, as many and more floats than a vector of any width has, if a patch has
  /// all channels; and calls on some rows.
  private static let patchShapes = [
    shape("kernel rows of 3 floats", images: 2, 6, 7, 1, kernel: (3, 3), stride: (1, 1)),
    shape("kernel rows of 4 floats", 5, 6, 2, kernel: (3, 2), stride: (1, 1)),
    shape("kernel rows of 8 floats", images: 2, 7, 5, 4, kernel: (2, 2), stride: (1, 1)),
    shape("kernel rows of 15 floats", 9, 8, 5, kernel: (5, 3), stride: (1, 2)),
    shape("kernel rows of 16 floats", images: 2, 7, 11, 4, kernel: (3, 4), stride: (2, 3)),
    shape("kernel rows of 17 floats", 6, 5, 17, kernel: (3, 1), stride: (1, 1)),
    shape("kernel rows as wide as the image", 4, 3, 11, kernel: (3, 3), stride: (1, 1)),
    shape("dilated downwards", 11, 10, 3, kernel: (3, 5), stride: (1, 1), dilation: (3, 1)),
    shape(
      "some rows, kernel rows of 2 floats", images: 2, 8, 6, 1, kernel: (2, 2), stride: (2, 2),
      rows: 1..<7),
    shape(
      "some rows, kernel rows of 10 floats", images: 2, 8, 6, 5, kernel: (2, 2), stride: (2, 2),
      rows: 1..<7),
    shape("zeros beyond the kernel", images: 2, 5, 6, 3, kernel: (3, 2), stride: (1, 2), zeros: 4),
    shape(
      "zeros beyond the kernel, few channels", 4, 3, 1, kernel: (2, 2), stride: (3, 1), zeros: 5),
    shape("one row", images: 2, 6, 9, 3, kernel: (3, 3), stride: (1, 1), rows: 6..<7),
    shape(
      "rows of three images", images: 3, 7, 9, 3, kernel: (3, 3), stride: (2, 2), rows: 3..<10),
  ]

  static func benchmarks(_ kernel: Kernel) -> [KernelCase] {
    switch kernel {
    case .gather, .scatter:
      [
        shape("224x224x3 k3 s2", 224, 224, 3, kernel: (3, 3), stride: (2, 2)),
        shape("16x 32x32x3 k3", images: 16, 32, 32, 3, kernel: (3, 3), stride: (1, 1)),
      ].map { make($0.withAllChannels, kernel) }
    default:
      [make(shape("56x56x64 k3 s2", 56, 56, 64, kernel: (3, 3), stride: (2, 2)), kernel)]
    }
  }

  private static func make(_ shape: Shape, _ kernel: Kernel) -> KernelCase {
    KernelCase(name: shape.name) { set in
      let geometry = shape.geometry
      let images = shape.images
      let taps = geometry.kernelHeight * geometry.kernelWidth
      let pixels = images * geometry.outputHeight * geometry.outputWidth
      let inputCount = images * geometry.height * geometry.width * geometry.channels
      let outputCount = pixels * geometry.channels
      // Few different values, so that maxima tie.
      let x = KernelBuffer(inputCount) {
        (KernelBuffer.spreadValue($0, salt: 1) * 4).rounded()
      }
      let dy = KernelBuffer.spread(outputCount, salt: 2)
      let y = KernelBuffer.results(outputCount)
      let dx = KernelBuffer.spread(inputCount, salt: 3)
      let firstChannel = shape.hasAllChannels ? 0 : min(1, geometry.channels - 1)
      let channels = firstChannel..<geometry.channels
      let rows = shape.rows ?? 0..<images * geometry.outputHeight
      let patchCount = rows.count * geometry.outputWidth * taps * channels.count
      let isPatch = kernel == .gather || kernel == .scatter
      let patches = KernelBuffer.spread(isPatch ? patchCount : 0, salt: 4)
      let run: () -> Void
      let result: KernelBuffer
      var floats = inputCount + outputCount
      var operations = taps * outputCount
      switch kernel {
      case .maximum:
        operations -= outputCount
        result = y
        run = { set.pooling.maximum(geometry, images, x.pointer, y.pointer) }
      case .maximumGradient:
        floats += inputCount
        result = dx
        run = { set.pooling.maximumGradient(geometry, images, x.pointer, dy.pointer, dx.pointer) }
      case .average:
        result = y
        run = { set.pooling.average(geometry, images, x.pointer, y.pointer) }
      case .averageGradient:
        operations += outputCount
        result = dx
        run = { set.pooling.averageGradient(geometry, images, dy.pointer, dx.pointer) }
      case .gather:
        (floats, operations) = (inputCount + patchCount, 0)
        result = patches
        run = { set.patches.gather(geometry, rows, channels, x.pointer, patches.pointer) }
      case .scatter:
        (floats, operations) = (2 * inputCount + patchCount, patchCount)
        result = dx
        run = { set.patches.scatter(geometry, rows, channels, patches.pointer, dx.pointer) }
      }
      return KernelRun(
        floatingPointOperations: operations, bytes: 4 * floats,
        buffers: [x, dy, y, dx, patches], run: run,
        results: [KernelResult(result, terms: kernel == .gather || kernel == .maximum ? 0 : taps)])
    }
  }
}
