import Kernels

/// An optimiser in the middle of a training: all that it must remember from step to step.
///
/// A value that can be stored and restored; a restored one goes on with the same bits.
package struct OptimizerState: Sendable, Equatable {
  package let optimizer: Optimizer
  /// Only for the weights of convolutions and dense layers.
  package let weightDecay: Double
  /// Steps taken so far.
  package private(set) var step = 0
  /// Velocities and means, each as long as the network's `checkpoint`.
  package private(set) var slots: [[Float]]

  package init(_ optimizer: Optimizer, weightDecay: Double, for network: TrainingNetwork) {
    self.optimizer = optimizer
    self.weightDecay = weightDecay
    slots = Array(
      repeating: Array(repeating: 0, count: network.store.count), count: optimizer.slots)
  }

  /// A state that a checkpoint has kept.
  ///
  /// - Precondition: the slots are those of this optimiser.
  package init(_ optimizer: Optimizer, weightDecay: Double, step: Int, slots: [[Float]]) {
    precondition(
      step >= 0 && slots.count == optimizer.slots, "the slots are another optimizer's")
    self.optimizer = optimizer
    self.weightDecay = weightDecay
    self.step = step
    self.slots = slots
  }

  /// Changes all trained weights by their gradients.
  mutating func update(
    _ store: ParameterStore, rate: Double, kernels: OptimizerKernels, _ pass: TrainingPass
  ) {
    precondition(
      slots.allSatisfy { $0.count == store.count }, "the optimizer's state is another network's")
    step += 1
    let (optimizer, step, weightDecay) = (optimizer, step, Float(weightDecay))
    withSlots { first, second in
      pass.forEachShare(of: store.count, grain: TrainingPass.leastShare) { share in
        for block in store.blocks {
          let range = block.range.clamped(to: share)
          let start = range.lowerBound
          let call = OptimizerStep(
            count: range.count, weights: store.parameters + start,
            gradient: store.gradients + start, firstSlot: first + start, secondSlot: second + start,
            rate: Float(rate), weightDecay: block.decays ? weightDecay : 0)
          optimizer.run(call, step: step, kernels)
        }
      }
    }
  }

  /// Calls `body` with the slots' storage; where there is one slot, it stands for both.
  private mutating func withSlots(_ body: (Output, Output) -> Void) {
    let last = slots.count - 1
    var first = [Float]()
    swap(&first, &slots[0])
    first.withUnsafeMutableBufferPointer { firstBuffer in
      guard let firstBase = firstBuffer.baseAddress else { return }
      guard last > 0 else { return body(firstBase, firstBase) }
      slots[last].withUnsafeMutableBufferPointer { secondBuffer in
        guard let secondBase = secondBuffer.baseAddress else { return }
        body(firstBase, secondBase)
      }
    }
    swap(&first, &slots[0])
  }
}

extension Optimizer {
  fileprivate func run(_ call: OptimizerStep, step: Int, _ kernels: OptimizerKernels) {
    switch self {
    case .sgd(let momentum, let nesterov):
      kernels.sgd(call, .init(momentum: Float(momentum), isNesterov: nesterov))
    case .rmsprop(let decay, let momentum, let epsilon):
      kernels.rmsprop(
        call,
        .init(decay: Float(decay), momentum: Float(momentum), epsilon: Float(epsilon)))
    case .adamw(let beta1, let beta2, let epsilon):
      kernels.adamw(
        call,
        .init(
          beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon), step: step))
    }
  }
}
