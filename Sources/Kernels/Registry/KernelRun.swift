import KernelInterface

/// A kernel call with its operands, ready to be run and timed.
package struct KernelRun {
  /// Those of the kernel's definition, a multiply-add as two and an activation or its derivative
  /// as one. Zero for kernels that only move floats.
  package let floatingPointOperations: Int
  /// Operands read and results written, each counted once.
  package let bytes: Int
  /// The longest sum behind one result, which its rounding error grows with.
  package let terms: Int
  package let run: () -> Void
  private let results: () -> [Float]
  private let buffers: [KernelBuffer]

  init(
    floatingPointOperations: Int, bytes: Int, terms: Int, buffers: [KernelBuffer],
    run: @escaping () -> Void, results: @escaping () -> [Float]
  ) {
    self.floatingPointOperations = floatingPointOperations
    self.bytes = bytes
    self.terms = terms
    self.buffers = buffers
    self.run = run
    self.results = results
  }

  /// Everything that the kernel has written, in an order that no kernel set changes.
  package func values() -> [Float] { results() }

  /// Whether nothing was written in front of or behind any operand.
  package var staysInBounds: Bool { buffers.allSatisfy(\.isFrameIntact) }
}

/// Floats between two frames of NaNs: a read outside shows in the results, a write in the frame.
final class KernelBuffer {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let storage: FloatMemory
  /// Four cache lines.
  private static let frame = 64

  private init(count: Int) {
    do {
      storage = try FloatMemory(count: count + 2 * Self.frame)
    } catch {
      // No case is larger than a few hundred megabytes.
      preconditionFailure("\(error)")
    }
    storage.floats.initialize(repeating: .nan)
    // Storage is not empty, so it has an address.
    pointer = storage.floats.baseAddress.unsafelyUnwrapped + Self.frame
    self.count = count
  }

  /// `value` of each index.
  convenience init(_ count: Int, _ value: (Int) -> Float) {
    self.init(count: count)
    for i in 0..<count { pointer[i] = value(i) }
  }

  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  var isFrameIntact: Bool {
    storage.floats.prefix(Self.frame).allSatisfy(\.isNaN)
      && storage.floats.suffix(Self.frame).allSatisfy(\.isNaN)
  }

  /// Spread over -1 to 1 by a hash of the index (splitmix64), different for each `salt`.
  static func spread(_ count: Int, salt: UInt64) -> KernelBuffer {
    KernelBuffer(count) { spreadValue($0, salt: salt) }
  }

  static func spreadValue(_ index: Int, salt: UInt64) -> Float {
    var z = (UInt64(index) &+ salt &* 0x1_0000_0001) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    return Float(z >> 40) / Float(1 << 23) - 1
  }

  static func zeros(_ count: Int) -> KernelBuffer { KernelBuffer(count) { _ in 0 } }
  /// Results start as NaN, so that one left out shows.
  static func results(_ count: Int) -> KernelBuffer { KernelBuffer(count) { _ in .nan } }
}
