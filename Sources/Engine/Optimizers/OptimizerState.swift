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
    let call = OptimizerCall(
      optimizer: optimizer, step: step, rate: Float(rate), kernels: kernels)
    let weightDecay = Float(weightDecay)
    withSlots { first, second in
      pass.forEachShare(of: store.count, grain: TrainingPass.leastShare) { share in
        for block in store.blocks {
          let range = block.range.clamped(to: share)
          let start = range.lowerBound
          call(
            range.count, store.parameters + start, store.gradients + start, first + start,
            second + start, decay: block.decays ? weightDecay : 0)
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

/// One step's constants, for all runs of weights alike.
private struct OptimizerCall {
  let optimizer: Optimizer
  let step: Int
  let rate: Float
  let kernels: OptimizerKernels

  func callAsFunction(
    _ count: Int, _ weights: Output, _ gradient: Input, _ first: Output, _ second: Output,
    decay: Float
  ) {
    switch optimizer {
    case .sgd(let momentum, let nesterov):
      kernels.sgd(count, weights, gradient, first, rate, Float(momentum), decay, nesterov)
    case .rmsprop(let meanDecay, let momentum, let epsilon):
      kernels.rmsprop(
        count, weights, gradient, first, second, rate, Float(meanDecay), Float(momentum),
        Float(epsilon), decay)
    case .adamw(let beta1, let beta2, let epsilon):
      kernels.adamw(
        count, weights, gradient, first, second, step, rate, Float(beta1), Float(beta2),
        Float(epsilon), decay)
    }
  }
}
