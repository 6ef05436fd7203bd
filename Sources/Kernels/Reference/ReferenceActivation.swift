import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The activations and their derivatives, in double precision.
enum ReferenceActivation {
  static func value(_ activation: KernelActivation, _ x: Double) -> Double {
    switch activation {
    case .identity: x
    case .relu: x < 0 ? 0 : x
    case .relu6: x < 0 ? 0 : x > 6 ? 6 : x
    // The bare product would be `-∞ · 0`.
    case .swish: x == -.infinity ? 0 : x * sigmoid(x)
    case .hardSwish: x * hardSigmoid(x)
    case .sigmoid: sigmoid(x)
    case .hardSigmoid: hardSigmoid(x)
    }
  }

  /// The derivative at `x`; at a kink, PyTorch's choice.
  static func derivative(_ activation: KernelActivation, _ x: Double) -> Double {
    switch activation {
    case .identity: return 1
    case .relu: return x > 0 ? 1 : 0
    case .relu6: return x > 0 && x < 6 ? 1 : 0
    case .swish:
      let s = sigmoid(x)
      return s * (1 + x * (1 - s))
    case .hardSwish: return x < -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5
    case .sigmoid:
      let s = sigmoid(x)
      return s * (1 - s)
    case .hardSigmoid: return x > -3 && x < 3 ? 1.0 / 6 : 0
    }
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  private static func hardSigmoid(_ x: Double) -> Double { min(max(x + 3, 0), 6) / 6 }
}
