import Architectures

/// What a network is timed at.
package enum NetworkWork: String, Sendable, Hashable, Codable, CaseIterable {
  /// As deployed.
  case inference
  /// One step: forward pass, loss, backward pass, SGD with momentum.
  case training

  /// Images of one run where nobody says otherwise. A training of large images takes fewer, as
  /// it would for want of memory.
  package func usualBatch(for input: TensorShape) -> Int {
    switch self {
    case .inference: 1
    case .training: input.height * input.width > 64 * 64 ? 16 : 64
    }
  }

  /// Floating-point operations for each multiply-add of a forward pass. A backward pass does each
  /// twice: for the gradient of the layer's input and for that of its weights.
  package var operationsPerMultiplyAdd: Int {
    switch self {
    case .inference: 2
    case .training: 6
    }
  }
}
