import Architectures
import Foundation
import Testing

@testable import Engine

/// Three steps against the formulas, written out in double precision.
@Suite struct TrainingOptimizerTests {
  private let rate = 0.03
  private let decay = 0.02

  @Test func nesterovMomentum() throws {
    try compare(.sgd(momentum: 0.9, nesterov: true)) { w, g, state, _ in
      state[0] = 0.9 * state[0] + g
      return w - rate * (g + 0.9 * state[0])
    }
  }

  @Test func plainMomentum() throws {
    try compare(.sgd(momentum: 0.8, nesterov: false)) { w, g, state, _ in
      state[0] = 0.8 * state[0] + g
      return w - rate * state[0]
    }
  }

  @Test func rmsprop() throws {
    try compare(.rmsprop(decay: 0.95, momentum: 0.9, epsilon: 1e-3)) { w, g, state, _ in
      state[0] = 0.95 * state[0] + 0.05 * g * g
      state[1] = 0.9 * state[1] + g / (state[0].squareRoot() + 1e-3)
      return w - rate * state[1]
    }
  }

  @Test func adamw() throws {
    try compare(.adamw(beta1: 0.9, beta2: 0.99, epsilon: 1e-6), isDecoupled: true) {
      w, g, state, step in
      state[0] = 0.9 * state[0] + 0.1 * g
      state[1] = 0.99 * state[1] + 0.01 * g * g
      let first = state[0] / (1 - pow(0.9, step))
      let second = state[1] / (1 - pow(0.99, step))
      return w - rate * first / (second.squareRoot() + 1e-6)
    }
  }

  private func compare(
    _ optimizer: Optimizer, isDecoupled: Bool = false,
    _ rule: (_ w: Double, _ g: Double, _ state: inout [Double], _ step: Double) -> Double
  ) throws {
    let graph = try TrainingSamples.network()
    let weights = InferenceSamples.weights(graph)
    let network = try TrainingNetwork(
      graph: graph, weights: weights, batchSize: 1, options: TrainingSamples.options())
    var state = OptimizerState(optimizer, weightDecay: decay, for: network)
    var expected = weights.values.map(Double.init)
    var memories = [[Double]](repeating: [0, 0], count: weights.count)
    for step in 1...3 {
      let gradient = TrainingSamples.direction(weights.count, "gradient", step)
      for (place, value) in gradient.enumerated() { network.store.gradients[place] = value }
      network.update(&state, rate: rate)
      for (index, tensor) in weights.tensors.enumerated() where tensor.role.isTrained {
        let decay = tensor.role == .weight ? decay : 0
        for place in weights.range(of: index) {
          var (w, g) = (expected[place], Double(gradient[place]))
          if isDecoupled { w -= rate * decay * w } else { g += decay * w }
          expected[place] = rule(w, g, &memories[place], Double(step))
        }
      }
    }
    #expect(state.step == 3)
    let trained = network.weights.values
    // A few roundings in single precision, of weights up to 2 or so.
    for (value, wanted) in zip(trained, expected) {
      #expect(abs(Double(value) - wanted) < 2e-6 * max(1, abs(wanted)))
    }
  }
}

@Suite struct LearningRateScheduleTests {
  @Test func warmsUpThenFallsToZero() {
    let schedule = LearningRateSchedule(peak: 0.5, warmUpSteps: 10, steps: 110)
    #expect(schedule.rate(at: 0) == 0.05)
    #expect(schedule.rate(at: 9) == 0.5)
    #expect(schedule.rate(at: 10) == 0.5)
    #expect(abs(schedule.rate(at: 60) - 0.25) < 1e-12)
    #expect(schedule.rate(at: 109) > 0 && schedule.rate(at: 109) < 0.001)
    #expect(schedule.rate(at: 110) == 0)
    let falling = (10..<110).map { schedule.rate(at: $0) }
    #expect(zip(falling, falling.dropFirst()).allSatisfy(>))
  }

  @Test func warmUpMayBeAbsentOrAll() {
    #expect(LearningRateSchedule(peak: 1, warmUpSteps: 0, steps: 4).rate(at: 0) == 1)
    let all = LearningRateSchedule(peak: 1, warmUpSteps: 9, steps: 4)
    #expect(all.rate(at: 3) == 1 && all.rate(at: 4) == 0)
  }
}
