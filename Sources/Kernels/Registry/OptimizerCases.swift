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
      let means = KernelBuffer.spread(count, salt: 3)
      let squares = KernelBuffer(count) { 1 + KernelBuffer.spreadValue($0, salt: 4) }
      let kernels = set.optimizers
      // Roots are taken of RMSProp's first slot and of AdamW's second.
      let call = OptimizerStep(
        count: count, weights: weights.pointer, gradient: gradient.pointer,
        firstSlot: kernel == .rmsprop ? squares.pointer : means.pointer,
        secondSlot: kernel == .rmsprop ? means.pointer : squares.pointer, rate: 0.01,
        weightDecay: 1e-2)
      let run: () -> Void =
        switch kernel {
        case .sgd:
          {
            kernels.sgd(call, .init(momentum: 0.9, isNesterov: true))
            kernels.sgd(call, .init(momentum: 0.9, isNesterov: false))
          }
        case .rmsprop: { kernels.rmsprop(call, .init(decay: 0.9, momentum: 0.9, epsilon: 1e-3)) }
        case .adamw:
          {
            kernels.adamw(call, .init(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3))
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
        buffers: [weights, gradient, means, squares], run: run,
        results: [weights, means, squares].map { KernelResult($0, terms: 4) })
    }
  }
}
