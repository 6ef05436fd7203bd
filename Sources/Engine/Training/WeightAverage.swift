import Architectures

/// The exponential moving average of a training's weights, running statistics included: often
/// better than the last weights, which still follow the noise of single batches (Polyak & Juditsky
/// 1992; with exponential weights as in TensorFlow's `ExponentialMovingAverage`).
///
///     var average = WeightAverage(decay: 0.999, of: network)
///     try network.step(images: 64, rate: rate, &optimizer)
///     average.update(from: network, step: optimizer.step)
///
/// In the first steps the decay is less, so that the initial weights are forgotten soon.
/// Over-parameterised kernels are averaged as they are used. A step takes one pass over the
/// weights.
package struct WeightAverage: Sendable, Equatable {
  /// The share of the old average that a step keeps, in 0 ..< 1.
  package let decay: Double
  /// In the order of `NetworkWeights`.
  package private(set) var values: [Float]

  /// Starts at the network's weights.
  package init(decay: Double, of network: TrainingNetwork) {
    self.init(decay: decay, values: network.store.foldedValues)
  }

  /// An average that a checkpoint has kept.
  package init(decay: Double, values: [Float]) {
    precondition((0..<1).contains(decay), "a decay is in 0 ..< 1")
    self.decay = decay
    self.values = values
  }

  /// The decay that a step has.
  ///
  /// - Parameter step: from 1.
  package func decay(at step: Int) -> Double {
    min(decay, Double(1 + step) / Double(10 + step))
  }

  /// Takes in the weights behind a step.
  ///
  /// - Parameter step: steps taken so far, from 1.
  package mutating func update(from network: TrainingNetwork, step: Int) {
    let share = Float(1 - decay(at: step))
    let source = network.store.parameters
    precondition(values.count == network.store.graphCount, "the average is another network's")
    values.withUnsafeMutableBufferPointer { values in
      for index in values.indices { values[index] += share * (source[index] - values[index]) }
    }
  }
}
