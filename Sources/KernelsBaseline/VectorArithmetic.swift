import Builtin

// The standard library computes with vectors of floats lane by lane and leaves it to the optimizer
// to put vector instructions together from that, which takes it minutes and does not always
// succeed. The compiler's own operations are whole vectors from the start. They stand in front of
// the standard library's in this target.

private typealias Lanes = Builtin.Vec4xFPIEEE32

extension SIMD4 where Scalar == Float {
  @inline(__always)
  private var lanes: Lanes { Builtin.reinterpretCast(self) }

  @inline(__always)
  private init(lanes: Lanes) { self = Builtin.reinterpretCast(lanes) }

  @inline(__always) static var zero: Self { Self(lanes: Builtin.zeroInitializer()) }

  @inline(__always)
  init(repeating value: Float) {
    let first = Builtin.insertelement_Vec4xFPIEEE32_FPIEEE32_Int32(
      Builtin.zeroInitializer(), value._value, Builtin.zeroInitializer())
    self.init(
      lanes: Builtin.shufflevector_Vec4xFPIEEE32_Vec4xInt32(
        first, first, Builtin.zeroInitializer()))
  }

  @inline(__always)
  static func + (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.fadd_Vec4xFPIEEE32(a.lanes, b.lanes))
  }

  @inline(__always)
  static func - (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.fsub_Vec4xFPIEEE32(a.lanes, b.lanes))
  }

  @inline(__always)
  static func * (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.fmul_Vec4xFPIEEE32(a.lanes, b.lanes))
  }

  @inline(__always)
  static func / (a: Self, b: Self) -> Self {
    Self(lanes: Builtin.fdiv_Vec4xFPIEEE32(a.lanes, b.lanes))
  }

  @inline(__always) static func += (a: inout Self, b: Self) { a = a + b }
  @inline(__always) static func *= (a: inout Self, b: Self) { a = a * b }

  /// `self + a * b`, rounded once.
  @inline(__always)
  func addingProduct(_ a: Self, _ b: Self) -> Self {
    Self(lanes: Builtin.int_fma_Vec4xFPIEEE32(a.lanes, b.lanes, lanes))
  }
}
