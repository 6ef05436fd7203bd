import KernelInterface

enum NormalizationCases {
  enum Kernel {
    case moments, apply, valuesAndSlopes, transformedSums, gradientSums, correct
  }

  private struct Shape {
    var name: String
    var rows: Int
    var channels: Int
    var activation = KernelActivation.identity
    /// Added to every input; large against the deviation, it tells a good variance.
    var offset: Float = 0
    /// Gate, addend and slopes; sums that are added to.
    var hasExtras = false
    /// Whether the sums of a gradient are wanted alone.
    var hasSumsAlone = false
    /// Whose place the result takes; nil for none.
    var replaced: Operand?
  }

  private enum Operand { case x, dy, slopes }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    var shapes = [
      Shape(name: "one row, one channel", rows: 1, channels: 1),
      Shape(name: "channels below a vector", rows: 5, channels: 3),
      Shape(name: "channels of one vector", rows: 257, channels: 16),
      Shape(name: "channels beyond a vector", rows: 700, channels: 21),
      Shape(name: "half a vector left", rows: 64, channels: 40),
      Shape(name: "a quarter of a vector left, few rows", rows: 7, channels: 36),
      Shape(name: "many rows, few channels", rows: 9001, channels: 6),
      Shape(name: "fewer rows than fill vectors", rows: 2, channels: 9, hasExtras: true),
      Shape(
        name: "gate, addend and slopes", rows: 131, channels: 24, activation: .swish,
        hasExtras: true),
      Shape(name: "wide, added to", rows: 5, channels: 203, hasExtras: true),
    ]
    if kernel == .moments {
      shapes.append(Shape(name: "large mean", rows: 1000, channels: 9, offset: 100))
    } else {
      shapes += KernelActivation.allCases.map {
        Shape(name: "\($0)", rows: 300, channels: 10, activation: $0)
      }
    }
    if kernel == .gradientSums {
      shapes += [false, true].map {
        Shape(
          name: $0 ? "sums alone, with extras" : "sums alone", rows: 131, channels: 21,
          activation: .swish, hasExtras: $0, hasSumsAlone: true)
      }
    }
    shapes += replaceable(kernel).map {
      Shape(
        name: "in place of \($0)", rows: 131, channels: 21, activation: .swish, hasExtras: true,
        replaced: $0)
    }
    return shapes.map { make($0, kernel) }
  }

  private static func replaceable(_ kernel: Kernel) -> [Operand] {
    switch kernel {
    case .moments, .valuesAndSlopes, .transformedSums: []
    // Its addend is dy.
    case .apply: [.x, .dy]
    case .gradientSums: [.dy, .slopes]
    case .correct: [.dy]
    }
  }

  static func benchmarks(_ kernel: Kernel) -> [KernelCase] {
    // Blocks of rows that lie in the second-level cache, as training hands them over.
    [
      Shape(name: "2048x36 relu", rows: 2048, channels: 36, activation: .relu),
      Shape(name: "1024x72 swish", rows: 1024, channels: 72, activation: .swish),
      Shape(name: "256x240 swish", rows: 256, channels: 240, activation: .swish),
      Shape(name: "784x144 relu", rows: 784, channels: 144, activation: .relu),
    ].map { make($0, kernel) }
  }

  private static func make(_ shape: Shape, _ kernel: Kernel) -> KernelCase {
    KernelCase(name: shape.name) { set in Operands(shape).run(kernel, set.normalization) }
  }

  private struct Operands {
    var shape: Shape
    var x: KernelBuffer
    var dy: KernelBuffer
    var y: KernelBuffer
    var first: KernelBuffer
    var second: KernelBuffer
    /// `[channels]` each; the scale is wide enough to reach both bounds of the clipped
    /// activations.
    var scale: KernelBuffer
    var shift: KernelBuffer
    var mean: KernelBuffer
    var inverse: KernelBuffer
    var gate: KernelBuffer
    var addend: KernelBuffer
    /// `[rows, channels]`
    var slopes: KernelBuffer

    init(_ shape: Shape) {
      self.shape = shape
      let count = shape.rows * shape.channels
      let channels = shape.channels
      x = KernelBuffer(count) { KernelBuffer.spreadValue($0, salt: 1) + shape.offset }
      dy = .spread(count, salt: 2)
      slopes = .spread(shape.hasExtras ? count : 0, salt: 11)
      y =
        switch shape.replaced {
        case nil: .results(count)
        case .x: x
        case .dy: dy
        case .slopes: slopes
        }
      first = shape.hasExtras ? .spread(channels, salt: 7) : .results(channels)
      second = shape.hasExtras ? .spread(channels, salt: 8) : .results(channels)
      scale = KernelBuffer(channels) { 5 + 3 * KernelBuffer.spreadValue($0, salt: 3) }
      shift = .spread(channels, salt: 4)
      mean = KernelBuffer(channels) { 0.1 * KernelBuffer.spreadValue($0, salt: 5) }
      inverse = KernelBuffer(channels) { 1.7 + 0.1 * KernelBuffer.spreadValue($0, salt: 6) }
      gate = .spread(channels, salt: 9)
      addend = .spread(channels, salt: 10)
    }

    var transform: ChannelTransform {
      ChannelTransform(
        scale: scale.pointer, shift: shift.pointer, activation: shape.activation)
    }

    func run(_ kernel: Kernel, _ kernels: NormalizationKernels) -> KernelRun {
      let (rows, channels) = (shape.rows, shape.channels)
      let run: () -> Void
      /// Floats read and written for each element, and operations.
      let (traffic, operations): (Int, Int)
      let transforming = shape.activation == .identity ? 2 : 3
      switch kernel {
      case .moments:
        // Of distances from an origin, the sum and that of squares.
        (traffic, operations) = (1, 4)
        run = { kernels.moments(rows, channels, x.pointer, first.pointer, second.pointer) }
      case .apply:
        (traffic, operations) = shape.hasExtras ? (3, transforming + 1) : (2, transforming)
        let addend = shape.hasExtras ? UnsafePointer(dy.pointer) : nil
        run = { kernels.apply(rows, channels, x.pointer, transform, addend, y.pointer) }
      case .valuesAndSlopes:
        (traffic, operations) = (3, shape.activation == .identity ? 2 : 4)
        run = {
          kernels.valuesAndSlopes(rows, channels, x.pointer, transform, y.pointer, dy.pointer)
        }
      case .transformedSums:
        (traffic, operations) = (1, transforming + 1)
        run = {
          kernels.transformedSums(rows, channels, x.pointer, transform, 0.25, first.pointer)
        }
      case .gradientSums:
        // A slope and its product, but not of the identity; the sums; gate, addend and slopes.
        (traffic, operations) = (
          shape.hasExtras ? 4 : 3,
          (shape.activation == .identity ? 0 : 4) + 4 + (shape.hasExtras ? 3 : 0)
        )
        let call = NormalizationGradientSums(
          rows: rows, channels: channels, x: x.pointer, transform: transform,
          mean: mean.pointer, inverseDeviation: inverse.pointer, outputGradient: dy.pointer,
          gate: shape.hasExtras ? UnsafePointer(gate.pointer) : nil,
          addend: shape.hasExtras ? UnsafePointer(addend.pointer) : nil,
          slopes: shape.hasExtras ? UnsafePointer(slopes.pointer) : nil,
          gradient: shape.hasSumsAlone ? nil : y.pointer,
          gradientSum: first.pointer, productSum: second.pointer, accumulates: shape.hasExtras)
        run = { kernels.gradientSums(call) }
      case .correct:
        (traffic, operations) = (3, 4)
        let correction = GradientCorrection(
          values: x.pointer, gradientScale: scale.pointer, valueScale: inverse.pointer,
          shift: shift.pointer)
        run = { kernels.correct(rows, channels, dy.pointer, correction, y.pointer) }
      }
      let sums = [first, second].map { KernelResult($0, terms: rows) }
      let results: [KernelResult] =
        switch kernel {
        case .moments: sums
        case .apply, .correct: [KernelResult(y, terms: 2)]
        case .valuesAndSlopes: [y, dy].map { KernelResult($0, terms: 2) }
        case .transformedSums: [sums[0]]
        case .gradientSums: shape.hasSumsAlone ? sums : [KernelResult(y, terms: 2)] + sums
        }
      return KernelRun(
        floatingPointOperations: operations * rows * channels,
        bytes: 4 * traffic * rows * channels,
        buffers: [x, dy, y, first, second, scale, shift, mean, inverse, gate, addend, slopes],
        run: run, results: results)
    }
  }
}
