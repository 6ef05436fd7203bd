import Builtin

// The standard library computes with vectors of floats lane by lane and leaves it to the optimizer
// to put vector instructions together from that, which takes it minutes and does not always
// succeed. The compiler's own operations are whole vectors from the start. They stand in front of
// the standard library's; those whose names hold the vector's width are in `Target.swift`.

extension Vector {
  @inline(__always)
  var lanes: Lanes { Builtin.reinterpretCast(self) }

  @inline(__always)
  init(lanes: Lanes) { self = Builtin.reinterpretCast(lanes) }

  @inline(__always) static var zero: Self { Self(lanes: Builtin.zeroInitializer()) }

  @inline(__always)
  init(repeating value: Float) { self.init(lanes: spread(value)) }

  @inline(__always)
  static func + (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.generic_fadd(a.lanes, b.lanes))
  }

  @inline(__always)
  static func - (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.generic_fsub(a.lanes, b.lanes))
  }

  @inline(__always)
  static func * (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.generic_fmul(a.lanes, b.lanes))
  }

  @inline(__always)
  static func / (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.generic_fdiv(a.lanes, b.lanes))
  }

  @inline(__always) static func += (a: inout Self, b: Self) { a = a + b }
  @inline(__always) static func *= (a: inout Self, b: Self) { a = a * b }
}
