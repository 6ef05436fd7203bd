import KernelInterface

enum NormalizationCases {
  enum Kernel { case moments, apply, gradient }

  private struct Shape {
    var name: String
    var rows: Int
    var channels: Int
    var activation = KernelActivation.identity
    /// Added to every input; large against the deviation, it tells a good variance.
    var offset: Float = 0
  }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    var shapes = [
      Shape(name: "one row, one channel", rows: 1, channels: 1),
      Shape(name: "channels below a vector", rows: 5, channels: 3),
      Shape(name: "channels of one vector", rows: 257, channels: 16),
      Shape(name: "channels beyond a vector", rows: 700, channels: 21),
      Shape(name: "half a vector left", rows: 64, channels: 40),
    ]
    if kernel == .moments {
      shapes.append(Shape(name: "large mean", rows: 1000, channels: 9, offset: 100))
    } else {
      shapes += KernelActivation.allCases.map {
        Shape(name: "\($0)", rows: 300, channels: 10, activation: $0)
      }
    }
    return shapes.map { make($0, kernel) }
  }

  static func benchmarks(_ kernel: Kernel) -> [KernelCase] {
    [
      Shape(name: "65536x48 relu", rows: 65536, channels: 48, activation: .relu),
      Shape(name: "16384x144 swish", rows: 16384, channels: 144, activation: .swish),
    ].map { make($0, kernel) }
  }

  private static func make(_ shape: Shape, _ kernel: Kernel) -> KernelCase {
    KernelCase(name: shape.name) { set in
      let count = shape.rows * shape.channels
      let channels = shape.channels
      let x = KernelBuffer(count) { KernelBuffer.spreadValue($0, salt: 1) + shape.offset }
      let dy = KernelBuffer.spread(count, salt: 2)
      let y = KernelBuffer.results(count)
      let first = KernelBuffer.results(channels)
      let second = KernelBuffer.results(channels)
      // Wide enough a scale to reach both bounds of the clipped activations.
      let scale = KernelBuffer(channels) { 5 + 3 * KernelBuffer.spreadValue($0, salt: 3) }
      let shift = KernelBuffer.spread(channels, salt: 4)
      let mean = KernelBuffer(channels) { 0.1 * KernelBuffer.spreadValue($0, salt: 5) }
      let inverse = KernelBuffer(channels) { 1.7 + 0.1 * KernelBuffer.spreadValue($0, salt: 6) }
      let buffers = [x, dy, y, first, second, scale, shift, mean, inverse]
      switch kernel {
      case .moments:
        return KernelRun(
          floatingPointOperations: 4 * count, bytes: 4 * count, terms: shape.rows,
          buffers: buffers,
          run: {
            set.normalization.moments(
              shape.rows, channels, x.pointer, first.pointer, second.pointer)
          },
          results: { first.values + second.values })
      case .apply:
        return KernelRun(
          floatingPointOperations: 2 * count, bytes: 8 * count, terms: 1, buffers: buffers,
          run: {
            set.normalization.apply(
              shape.rows, channels, x.pointer, scale.pointer, shift.pointer, shape.activation,
              y.pointer)
          },
          results: { y.values })
      case .gradient:
        let call = NormalizationGradient(
          rows: shape.rows, channels: channels, x: x.pointer, mean: mean.pointer,
          inverseDeviation: inverse.pointer, gamma: scale.pointer, beta: shift.pointer,
          activation: shape.activation, outputGradient: dy.pointer, inputGradient: y.pointer,
          gammaGradient: first.pointer, betaGradient: second.pointer)
        return KernelRun(
          floatingPointOperations: 10 * count, bytes: 20 * count, terms: shape.rows,
          buffers: buffers, run: { set.normalization.gradient(call) },
          results: { y.values + first.values + second.values })
      }
    }
  }
}
