import KernelInterface

enum ElementwiseCases {
  enum Kernel { case add, addToRows, columnSums, scaleRows, columnProducts, gatedProducts }

  private static let sizes = [
    ("one pixel, one channel", 1, 1), ("channels below a vector", 6, 3),
    ("channels of one vector", 9, 16), ("channels beyond a vector", 613, 21),
    ("half a vector left", 49, 40),
  ]
  private static let benchmarkSizes = [("3136x144", 3136, 144), ("49x1200", 49, 1200)]

  static let activateRemainders = activations(false)
  static let activationGradientRemainders = activations(true)
  static let activateBenchmarks = activationBenchmarks(false)
  static let activationGradientBenchmarks = activationBenchmarks(true)

  /// Where a result goes that may take an operand's place.
  private enum Target { case apart, a, b }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    let targets: [Target] =
      switch kernel {
      case .add: [.a, .b]
      case .scaleRows: [.a]
      case .addToRows, .columnSums, .columnProducts, .gatedProducts: []
      }
    return sizes.map { make($0, $1, $2, kernel) }
      + targets.map { make("in place of \($0)", 13, 21, kernel, into: $0) }
      + (kernel == .columnSums
        ? sizes.map { make($0 + ", written", $1, $2, kernel, accumulates: false) } : [])
  }

  static func benchmarks(_ kernel: Kernel) -> [KernelCase] {
    benchmarkSizes.map { make($0, $1, $2, kernel) }
  }

  private static func activations(_ isGradient: Bool) -> [KernelCase] {
    KernelActivation.allCases.flatMap { activation in
      [1, 5, 16, 1000].map { activate("\(activation) of \($0)", $0, activation, isGradient) }
    } + [activate("in place", 21, .swish, isGradient, isInPlace: true)]
  }

  private static func activationBenchmarks(_ isGradient: Bool) -> [KernelCase] {
    [KernelActivation.relu, .swish, .hardSwish].map {
      activate("\($0) of 188160", 188_160, $0, isGradient)
    }
  }

  private static func activate(
    _ name: String, _ count: Int, _ activation: KernelActivation, _ isGradient: Bool,
    isInPlace: Bool = false
  ) -> KernelCase {
    KernelCase(name: name) { set in
      let x = KernelBuffer(count) { 8 * KernelBuffer.spreadValue($0, salt: 1) }
      let dy = KernelBuffer.spread(count, salt: 2)
      let y = isInPlace ? (isGradient ? dy : x) : .results(count)
      return KernelRun(
        floatingPointOperations: (isGradient ? 2 : 1) * count, bytes: (isGradient ? 12 : 8) * count,
        buffers: [x, dy, y],
        run: {
          if isGradient {
            set.elementwise.activationGradient(count, activation, x.pointer, dy.pointer, y.pointer)
          } else {
            set.elementwise.activate(count, activation, x.pointer, y.pointer)
          }
        },
        results: [KernelResult(y, terms: 1)])
    }
  }

  private static func make(
    _ name: String, _ rows: Int, _ channels: Int, _ kernel: Kernel, into target: Target = .apart,
    accumulates: Bool = true
  ) -> KernelCase {
    KernelCase(name: name) { set in
      let count = rows * channels
      let a = KernelBuffer.spread(count, salt: 1)
      let b = KernelBuffer.spread(count, salt: 2)
      let y: KernelBuffer =
        switch target {
        case .apart: .spread(count, salt: 3)
        case .a: a
        case .b: b
        }
      let scale = KernelBuffer.spread(channels, salt: 4)
      let sums = KernelBuffer.spread(channels, salt: 5)
      let factors = KernelBuffer.spread(rows, salt: 6)
      let dots = KernelBuffer.spread(rows, salt: 7)
      let kernels = set.elementwise
      let run: () -> Void
      var bytes = 8 * count
      var operations = count
      switch kernel {
      case .add:
        bytes = 12 * count
        run = { kernels.add(count, a.pointer, b.pointer, y.pointer) }
      case .addToRows:
        run = { kernels.addToRows(rows, channels, scale.pointer, y.pointer) }
      case .columnSums:
        bytes = 4 * count
        run = { kernels.columnSums(rows, channels, a.pointer, 0.5, accumulates, sums.pointer) }
      case .scaleRows:
        run = { kernels.scaleRows(rows, channels, a.pointer, scale.pointer, y.pointer) }
      case .columnProducts:
        operations = 2 * count
        run = { kernels.columnProducts(rows, channels, a.pointer, b.pointer, sums.pointer) }
      case .gatedProducts:
        bytes = 16 * count
        operations = 4 * count
        run = {
          kernels.gatedProducts(
            rows, channels, a.pointer, b.pointer, factors.pointer, dots.pointer, y.pointer)
        }
      }
      return KernelRun(
        floatingPointOperations: operations, bytes: bytes,
        buffers: [a, b, y, scale, sums, factors, dots], run: run,
        results: [
          KernelResult(y, terms: kernel == .gatedProducts ? 2 : 0), KernelResult(sums, terms: rows),
          KernelResult(dots, terms: channels),
        ])
    }
  }
}
