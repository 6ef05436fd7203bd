import KernelInterface

enum OptimizerCases {
  enum Kernel { case sgd, rmsprop, adamw }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    [1, 7, 16, 41].map { make($0, kernel) }
  }

  static func benchmarks(_ kernel: Kernel) -> [KernelCase] { [make(2_000_000, kernel)] }

  private static func make(_ count: Int, _ kernel: Kernel) -> KernelCase {
    KernelCase(name: "\(count) weights") { set in
      let weights = KernelBuffer.spread(count, salt: 1)
      let gradient = KernelBuffer.spread(count, salt: 2)
      let first = KernelBuffer.spread(count, salt: 3)
      let second = KernelBuffer(count) { 1 + KernelBuffer.spreadValue($0, salt: 4) }
      let kernels = set.optimizers
      let run: () -> Void
      switch kernel {
      case .sgd:
        run = {
          kernels.sgd(
            count, weights.pointer, gradient.pointer, first.pointer, 0.1, 0.9, 1e-2, true)
          kernels.sgd(
            count, weights.pointer, gradient.pointer, first.pointer, 0.1, 0.9, 1e-2, false)
        }
      case .rmsprop:
        run = {
          kernels.rmsprop(
            count, weights.pointer, gradient.pointer, second.pointer, first.pointer, 0.01, 0.9,
            0.9, 1e-3, 1e-2)
        }
      case .adamw:
        run = {
          kernels.adamw(
            count, weights.pointer, gradient.pointer, first.pointer, second.pointer, 3, 0.01, 0.9,
            0.999, 1e-8, 1e-2)
        }
      }
      let states = kernel == .sgd ? 1 : 2
      let operations =
        switch kernel {
        // With Nesterov's momentum and without.
        case .sgd: 8 + 6
        case .rmsprop: 13
        case .adamw: 15
        }
      return KernelRun(
        floatingPointOperations: operations * count,
        bytes: (kernel == .sgd ? 2 : 1) * 4 * count * (3 + 2 * states),
        buffers: [weights, gradient, first, second], run: run,
        results: [weights, first, second].map { KernelResult($0, terms: 4) })
    }
  }
}
