import KernelInterface

/// A mixed depthwise convolution by its sizes.
struct DepthwiseShape: Sendable {
  var name: String
  var images: Int
  var height: Int
  var width: Int
  var outputHeight: Int
  var outputWidth: Int
  var stride: Int
  var groups: [DepthwiseChannelGroup]
  var activation: KernelActivation
  var hasBias: Bool
  /// Whether the forward pass sums up the rows of the output.
  var sumsRows: Bool
  /// Activation of the transform in front; nil for no transform.
  var transform: KernelActivation?
  /// Whether the output's gradient is still to be corrected.
  var isCorrected: Bool
  /// Whether the input's gradient goes through the transform's activation.
  var passesActivation: Bool
  /// How many calls share the work.
  var calls: Int

  /// Groups of (channels, kernel, dilation).
  ///
  /// - Parameter zeros: on each side of the image; nil for as many as make outputs
  ///   `size / stride`, as TensorFlow's SAME does.
  init(
    _ name: String, images: Int = 1, _ height: Int, _ width: Int, stride: Int = 1,
    _ groups: [(channels: Int, kernel: Int, dilation: Int)], zeros: Int? = nil,
    activation: KernelActivation = .identity, hasBias: Bool = false,
    sumsRows: Bool = false, transform: KernelActivation? = nil, isCorrected: Bool = false,
    passesActivation: Bool = false, calls: Int = 1
  ) {
    self.name = name
    self.images = images
    self.height = height
    self.width = width
    self.stride = stride
    self.activation = activation
    self.hasBias = hasBias
    self.sumsRows = sumsRows
    self.transform = transform
    self.isCorrected = isCorrected
    self.passesActivation = passesActivation
    self.calls = calls
    let largest = groups.reduce(0) { max($0, ($1.kernel - 1) * $1.dilation + 1) }
    func outputs(_ size: Int) -> Int {
      zeros.map { (size + 2 * $0 - largest) / stride + 1 } ?? (size + stride - 1) / stride
    }
    (outputHeight, outputWidth) = (outputs(height), outputs(width))
    self.groups = groups.map { channels, kernel, dilation in
      func pad(_ size: Int) -> Int {
        zeros ?? max(
          (outputs(size) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0) / 2
      }
      return DepthwiseChannelGroup(
        channels: channels, kernel: kernel, dilation: dilation, padTop: pad(height),
        padLeft: pad(width))
    }
  }

  var geometry: DepthwiseGeometry {
    DepthwiseGeometry(
      height: height, width: width, channels: groups.reduce(0) { $0 + $1.channels },
      outputHeight: outputHeight, outputWidth: outputWidth, stride: stride)
  }

  /// `0..<count` cut into as many ranges as there are calls.
  fileprivate func shares(_ count: Int) -> [Range<Int>] {
    (0..<calls).map { count * $0 / calls..<count * ($0 + 1) / calls }
  }
}

/// A shape's operands for one kernel set.
struct DepthwiseOperands {
  private let shape: DepthwiseShape
  private let set: KernelSet
  private let layout: DepthwiseLayout
  private let inputCount: Int
  private let outputCount: Int
  private let input: KernelBuffer
  private let weights: KernelBuffer
  private let packed: KernelBuffer
  private let bias: KernelBuffer
  private let scale: KernelBuffer
  private let shift: KernelBuffer
  private let scratch: KernelBuffer

  init(_ shape: DepthwiseShape, _ set: KernelSet) {
    let geometry = shape.geometry
    self.shape = shape
    self.set = set
    layout = DepthwiseLayout(
      geometry: geometry, groups: shape.groups, vectorWidth: set.vectorWidth)
    inputCount = shape.images * geometry.height * geometry.width * geometry.channels
    outputCount = shape.images * geometry.outputHeight * geometry.outputWidth * geometry.channels
    input = .spread(inputCount, salt: 1)
    weights = .spread(layout.canonicalCount, salt: 3)
    packed = .results(layout.packedCount)
    layout.pack(weights.pointer, into: packed.pointer)
    bias = .spread(geometry.channels, salt: 4)
    scale = .spread(geometry.channels, salt: 5)
    shift = .spread(geometry.channels, salt: 6)
    scratch = .scratch(set.depthwise.scratchCount(layout))
  }

  func forward() -> KernelRun {
    let result = KernelBuffer.results(outputCount)
    let rows = shape.images * layout.geometry.outputHeight
    let sums = KernelBuffer.results(shape.sumsRows ? rows * layout.geometry.channels : 0)
    let calls = shape.shares(rows).map { rows in
      DepthwiseForward(
        layout: layout, images: shape.images, rows: rows, input: input.pointer,
        transform: transform, weights: packed.pointer, output: result.pointer,
        rowSums: shape.sumsRows ? sums.pointer : nil,
        bias: shape.hasBias ? UnsafePointer(bias.pointer) : nil, activation: shape.activation,
        scratch: scratch.pointer)
    }
    return KernelRun(
      floatingPointOperations: products * 2,
      bytes: 4 * (inputCount + outputCount + layout.canonicalCount),
      buffers: buffers + [result, sums],
      run: { for call in calls { set.depthwise.forward(call) } },
      results: [
        KernelResult(result, terms: largestWindow + 1),
        KernelResult(sums, terms: layout.geometry.outputWidth * (largestWindow + 1)),
      ])
  }

  /// Without transforms and corrections, a run for weights has no input gradient.
  func backward(showsWeights: Bool) -> KernelRun {
    let outputGradient = KernelBuffer.spread(outputCount, salt: 2)
    let values = KernelBuffer.spread(shape.isCorrected ? outputCount : 0, salt: 7)
    let inputGradient = KernelBuffer.results(inputCount)
    let weightGradient = KernelBuffer.zeros(layout.packedCount)
    let correction = GradientCorrection(
      values: values.pointer, gradientScale: scale.pointer, valueScale: bias.pointer,
      shift: shift.pointer)
    let wantsInputGradient = !showsWeights || shape.isCorrected
    let calls = shape.shares(shape.images * layout.geometry.outputHeight).map { rows in
      DepthwiseBackward(
        layout: layout, images: shape.images, rows: rows, input: input.pointer,
        transform: transform, outputGradient: outputGradient.pointer,
        correction: shape.isCorrected ? correction : nil, weights: packed.pointer,
        inputGradient: wantsInputGradient ? inputGradient.pointer : nil,
        passesActivation: shape.passesActivation, weightGradient: weightGradient.pointer,
        scratch: scratch.pointer)
    }
    return KernelRun(
      floatingPointOperations: products * (wantsInputGradient ? 4 : 2),
      bytes: 4
        * (inputCount * (wantsInputGradient ? 2 : 1) + outputCount + 2 * layout.canonicalCount),
      buffers: buffers + [outputGradient, values, inputGradient, weightGradient],
      run: { for call in calls { set.depthwise.backward(call) } },
      results: [
        showsWeights
          ? KernelResult(
            terms: shape.images * layout.geometry.outputHeight * layout.geometry.outputWidth
          ) { [layout] in
            let canonical = KernelBuffer.results(layout.canonicalCount)
            layout.unpack(weightGradient.pointer, into: canonical.pointer)
            return canonical.values
          } : KernelResult(inputGradient, terms: largestWindow + 1)
      ])
  }

  private var transform: ChannelTransform? {
    shape.transform.map {
      ChannelTransform(scale: scale.pointer, shift: shift.pointer, activation: $0)
    }
  }

  private var buffers: [KernelBuffer] { [input, weights, packed, bias, scale, shift, scratch] }

  private var largestWindow: Int { shape.groups.reduce(0) { max($0, $1.kernel * $1.kernel) } }

  private var products: Int {
    let geometry = layout.geometry
    return shape.images * geometry.outputHeight * geometry.outputWidth
      * shape.groups.reduce(0) { $0 + $1.channels * $1.kernel * $1.kernel }
  }
}
