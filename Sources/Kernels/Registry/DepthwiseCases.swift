import KernelInterface

enum DepthwiseCases {
  enum Kernel { case forward, inputGradient, weightGradient }

  private struct Shape {
    var name: String
    var images = 1
    var height: Int
    var width: Int
    var stride = 1
    var groups: [DepthwiseChannelGroup]
    var activation = KernelActivation.identity
    var hasBias = false

    /// Groups of (channels, kernel, dilation), padded so that outputs are `size / stride`, as
    /// TensorFlow's SAME does.
    init(
      _ name: String, images: Int = 1, _ height: Int, _ width: Int, stride: Int = 1,
      _ groups: [(channels: Int, kernel: Int, dilation: Int)],
      activation: KernelActivation = .identity, hasBias: Bool = false
    ) {
      self.name = name
      self.images = images
      self.height = height
      self.width = width
      self.stride = stride
      self.activation = activation
      self.hasBias = hasBias
      self.groups = groups.map { channels, kernel, dilation in
        func pad(_ size: Int) -> Int {
          let outputs = (size + stride - 1) / stride
          return max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - size, 0) / 2
        }
        return DepthwiseChannelGroup(
          channels: channels, kernel: kernel, dilation: dilation, padTop: pad(height),
          padLeft: pad(width))
      }
    }

    var geometry: DepthwiseGeometry {
      DepthwiseGeometry(
        height: height, width: width, channels: groups.reduce(0) { $0 + $1.channels },
        outputHeight: (height + stride - 1) / stride,
        outputWidth: (width + stride - 1) / stride, stride: stride)
    }
  }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    [
      Shape("one pixel, one channel", 1, 1, [(1, 3, 1)]),
      Shape("one pixel, 3 channels", images: 2, 1, 1, [(3, 5, 1)]),
      Shape("kernel 1", 4, 5, [(6, 1, 1)], hasBias: true),
      Shape("channels below a vector", 6, 7, [(3, 3, 1)], hasBias: true),
      Shape("channels of one vector", images: 2, 9, 20, [(16, 3, 1)]),
      Shape("channels beyond a vector", images: 2, 8, 11, [(19, 5, 1)]),
      Shape("half a vector left", images: 2, 10, 13, [(24, 3, 1)], hasBias: true),
      Shape("kernel 13 on 5x5", images: 2, 5, 5, [(18, 13, 1)]),
      Shape(
        "kernels 3 to 13, groups across vectors", 14, 15,
        [(5, 3, 1), (7, 5, 1), (3, 7, 1), (9, 9, 1), (4, 11, 1), (10, 13, 1)]),
      Shape("MixNet groups of 90", 7, 7, [(90, 3, 1), (90, 5, 1), (90, 7, 1), (90, 9, 1)]),
      Shape("stride 2, even size", images: 2, 12, 16, stride: 2, [(20, 3, 1), (20, 7, 1)]),
      Shape("stride 2, odd size", images: 2, 11, 9, stride: 2, [(9, 5, 1), (10, 9, 1)]),
      Shape("stride 2, kernel 11 on 4x4", 4, 4, stride: 2, [(17, 11, 1)]),
      Shape("stride 3", 13, 17, stride: 3, [(12, 5, 1)]),
      Shape("dilation 2", 15, 14, [(21, 3, 2)]),
      Shape("dilations 1, 2, 3, 4", 19, 18, [(5, 3, 1), (6, 3, 2), (8, 3, 3), (4, 3, 4)]),
      Shape("stride 2, dilation 2", 12, 13, stride: 2, [(10, 5, 2)]),
      Shape("stride 2, dilation 3", 16, 15, stride: 2, [(10, 3, 3)]),
      Shape("one row", images: 3, 1, 30, [(8, 7, 1)]),
      Shape("one column", images: 3, 30, 1, [(8, 7, 1)]),
    ].map { make($0, kernel) }
      + (kernel == .forward
        ? KernelActivation.allCases.map {
          make(
            Shape("\($0)", 6, 9, [(11, 3, 1), (10, 5, 1)], activation: $0, hasBias: true),
            kernel)
        } : [])
  }

  /// Layers of MixNet-S at 224x224, one image, and mixed layers of 128 channels.
  static func benchmarks(_ kernel: Kernel) -> [KernelCase] {
    [
      Shape("112x112x16 k3", 112, 112, [(16, 3, 1)]),
      Shape("112x112x96 k3 s2", 112, 112, stride: 2, [(96, 3, 1)]),
      Shape("56x56x72 k3", 56, 56, [(72, 3, 1)]),
      Shape("56x56x144 k3.5.7 s2", 56, 56, stride: 2, [(48, 3, 1), (48, 5, 1), (48, 7, 1)]),
      Shape("28x28x240 k3.5", 28, 28, [(120, 3, 1), (120, 5, 1)]),
      Shape("28x28x240 k3.5.7 s2", 28, 28, stride: 2, [(80, 3, 1), (80, 5, 1), (80, 7, 1)]),
      Shape("14x14x480 k3.5", 14, 14, [(240, 3, 1), (240, 5, 1)]),
      Shape("14x14x360 k3.5.7.9", 14, 14, [(90, 3, 1), (90, 5, 1), (90, 7, 1), (90, 9, 1)]),
      Shape(
        "14x14x720 k3.5.7.9.11 s2", 14, 14, stride: 2,
        [(144, 3, 1), (144, 5, 1), (144, 7, 1), (144, 9, 1), (144, 11, 1)]),
      Shape("7x7x1200 k3.5.7.9", 7, 7, [(300, 3, 1), (300, 5, 1), (300, 7, 1), (300, 9, 1)]),
      Shape("56x56x128 k3.5.7.9", 56, 56, [(32, 3, 1), (32, 5, 1), (32, 7, 1), (32, 9, 1)]),
      Shape("28x28x128 k3.5.7.9", 28, 28, [(32, 3, 1), (32, 5, 1), (32, 7, 1), (32, 9, 1)]),
      Shape("64x 32x32x48 k3.5", images: 64, 32, 32, [(24, 3, 1), (24, 5, 1)]),
    ].map { make($0, kernel) }
  }

  private static func make(_ shape: Shape, _ kernel: Kernel) -> KernelCase {
    KernelCase(name: shape.name) { set in
      let geometry = shape.geometry
      let layout = DepthwiseLayout(
        geometry: geometry, groups: shape.groups, vectorWidth: set.vectorWidth)
      let images = shape.images
      let inputCount = images * geometry.height * geometry.width * geometry.channels
      let outputCount =
        images * geometry.outputHeight * geometry.outputWidth * geometry.channels
      let input = KernelBuffer.spread(inputCount, salt: 1)
      let outputGradient = KernelBuffer.spread(outputCount, salt: 2)
      let weights = KernelBuffer.spread(layout.canonicalCount, salt: 3)
      let packed = KernelBuffer.results(layout.packedCount)
      layout.pack(weights.pointer, into: packed.pointer)
      let bias = KernelBuffer.spread(geometry.channels, salt: 4)
      let largest = shape.groups.reduce(0) { max($0, $1.kernel * $1.kernel) }
      let products = shape.groups.reduce(0) { $0 + $1.channels * $1.kernel * $1.kernel }
      let pixels = images * geometry.outputHeight * geometry.outputWidth
      let result: KernelBuffer
      let run: () -> Void
      let results: () -> [Float]
      switch kernel {
      case .forward:
        result = .results(outputCount)
        let call = DepthwiseForward(
          layout: layout, images: images, rows: 0..<images * geometry.outputHeight,
          input: input.pointer, weights: packed.pointer, output: result.pointer,
          bias: shape.hasBias ? UnsafePointer(bias.pointer) : nil,
          activation: shape.activation)
        run = { set.depthwise.forward(call) }
        results = { result.values }
      case .inputGradient:
        result = .results(inputCount)
        let call = DepthwiseInputGradient(
          layout: layout, images: images, outputGradient: outputGradient.pointer,
          weights: packed.pointer, inputGradient: result.pointer)
        run = { set.depthwise.inputGradient(call) }
        results = { result.values }
      case .weightGradient:
        result = .zeros(layout.packedCount)
        let call = DepthwiseWeightGradient(
          layout: layout, images: images, input: input.pointer,
          outputGradient: outputGradient.pointer, weightGradient: result.pointer)
        run = { set.depthwise.weightGradient(call) }
        results = {
          let canonical = KernelBuffer.results(layout.canonicalCount)
          layout.unpack(result.pointer, into: canonical.pointer)
          return canonical.values
        }
      }
      return KernelRun(
        floatingPointOperations: 2 * pixels * products,
        bytes: 4 * (inputCount + outputCount + layout.canonicalCount),
        terms: kernel == .weightGradient ? pixels : largest + 1,
        buffers: [input, outputGradient, weights, packed, bias, result], run: run,
        results: results)
    }
  }
}
