import KernelInterface

/// An activation and its derivative, as types so that a loop is compiled for each.
protocol Activation {
  static func value(_ x: Vector) -> Vector
  /// The derivative at `x`.
  static func slope(_ x: Vector) -> Vector
  static func valueAndSlope(_ x: Vector) -> (value: Vector, slope: Vector)
}

extension Activation {
  @inline(__always)
  static func valueAndSlope(_ x: Vector) -> (value: Vector, slope: Vector) {
    (value(x), slope(x))
  }
}

/// A loop that is generic in its activation: a closure cannot be.
protocol ActivatedLoop {
  func run<A: Activation>(_ activation: A.Type)
}

@inline(__always)
func run<Loop: ActivatedLoop>(_ loop: Loop, _ activation: KernelActivation) {
  switch activation {
  case .identity: loop.run(Identity.self)
  case .relu: loop.run(Relu.self)
  case .relu6: loop.run(Relu6.self)
  case .swish: loop.run(FastestSwish.self)
  case .hardSwish: loop.run(HardSwish.self)
  case .sigmoid: loop.run(FastestSigmoid.self)
  case .hardSigmoid: loop.run(HardSigmoid.self)
  }
}

enum Identity: Activation {
  @inline(__always) static func value(_ x: Vector) -> Vector { x }
  @inline(__always) static func slope(_ x: Vector) -> Vector { Vector(repeating: 1) }
}

enum Relu: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { select(x .< .zero, .zero, x) }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    select(x .> .zero, Vector(repeating: 1), .zero)
  }
}

enum Relu6: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { clamp(x, .zero, Vector(repeating: 6)) }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    select(x .>= Vector(repeating: 6), .zero, Relu.slope(x))
  }
}

enum Sigmoid: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { sigmoidWithin(sigmoidRange(x)) }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    let s = value(x)
    return s * (Vector(repeating: 1) - s)
  }
}

/// Also called SiLU (Ramachandran et al. 2017). An infinite `x` gives what the function tends
/// to, where the bare formulas would give `-∞ / ∞` or `-∞ · 0`. The value alone is one division;
/// beside the slope it is a product, which may differ in its last bit.
enum Swish: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let x = sigmoidFloor(x)
    return x / sigmoidDivisor(sigmoidRange(x))
  }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    let x = sigmoidRange(x)
    return slope(x, sigmoidWithin(x))
  }

  @inline(__always)
  static func valueAndSlope(_ x: Vector) -> (value: Vector, slope: Vector) {
    let x = sigmoidFloor(x)
    let inRange = sigmoidRange(x)
    let s = sigmoidWithin(inRange)
    return (x * s, slope(inRange, s))
  }

  /// - Parameter s: the logistic function at `x`.
  @inline(__always)
  private static func slope(_ x: Vector, _ s: Vector) -> Vector {
    multiplyAdd(x * s, Vector(repeating: 1) - s, s)
  }
}

/// `min(max(x + 3, 0), 6) / 6` (Howard et al. 2019).
enum HardSigmoid: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    clamp(x + Vector(repeating: 3), .zero, Vector(repeating: 6)) * Vector(repeating: 1 / 6)
  }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    let three = Vector(repeating: 3)
    let below = select(x .< three, Vector(repeating: 1 / 6), .zero)
    return select(x .> Vector.zero - three, below, .zero)
  }
}

enum HardSwish: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { x * HardSigmoid.value(x) }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    let three = Vector(repeating: 3)
    let middle = multiplyAdd(x, Vector(repeating: 1 / 3), Vector(repeating: 0.5))
    let below = select(x .> three, Vector(repeating: 1), middle)
    return select(x .< Vector.zero - three, .zero, below)
  }
}

extension KernelActivation {
  /// Whether nothing is to be done. (`==` on an enumeration with raw values compares these, in a
  /// microsecond.)
  @inline(__always)
  var isIdentity: Bool {
    if case .identity = self { true } else { false }
  }

  /// Whether more than clamping is to be done.
  @inline(__always)
  var needsExtraPass: Bool {
    switch self {
    case .identity, .relu, .relu6: false
    case .swish, .hardSwish, .sigmoid, .hardSigmoid: true
    }
  }

  /// The bounds of those that only clamp; nil for none.
  @inline(__always)
  var clampedRange: (lower: Float, upper: Float)? {
    switch self {
    case .relu: (0, .infinity)
    case .relu6: (0, 6)
    case .identity, .swish, .hardSwish, .sigmoid, .hardSigmoid: nil
    }
  }
}
