import KernelInterface

/// A kernel call with its operands, ready to be run and timed.
package struct KernelRun {
  /// Those of the kernel's definition, a multiply-add as two and an activation or its derivative
  /// as one. Zero for kernels that only move floats.
  package let floatingPointOperations: Int
  /// Operands read and results written, each counted once.
  package let bytes: Int
  package let run: () -> Void
  /// Everything that the kernel writes, in an order that no kernel set changes.
  package let results: [KernelResult]
  private let buffers: [KernelBuffer]

  init(
    floatingPointOperations: Int, bytes: Int, buffers: [KernelBuffer],
    run: @escaping () -> Void, results: [KernelResult]
  ) {
    self.floatingPointOperations = floatingPointOperations
    self.bytes = bytes
    self.buffers = buffers
    self.run = run
    self.results = results
  }

  /// Whether nothing was written in front of or behind any operand.
  package var staysInBounds: Bool { buffers.allSatisfy(\.isFrameIntact) }
}

/// One of the arrays that a kernel writes.
package struct KernelResult {
  /// The longest sum behind one value, which its rounding error grows with; 0 where values are
  /// moved, compared or rounded but once, so that every kernel set gives the same bits.
  package let terms: Int
  package let values: () -> [Float]

  init(terms: Int, values: @escaping () -> [Float]) {
    self.terms = terms
    self.values = values
  }

  init(_ buffer: KernelBuffer, terms: Int) { self.init(terms: terms) { buffer.values } }
}

/// Floats between two frames of NaNs: a read outside shows in the results, a write in the frame.
final class KernelBuffer {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let storage: FloatMemory
  /// Floats in front of `pointer`.
  private let start: Int
  /// A NaN of its own, so that one that a kernel has copied from elsewhere shows.
  private let mark: Float
  /// Whether buffers that need not be aligned begin a float behind a cache line's boundary.
  @TaskLocal static var areUnaligned = false
  /// Four cache lines.
  private static let frame = 64

  private init(count: Int, isAligned: Bool) {
    do {
      storage = try FloatMemory(count: count + 2 * Self.frame + 1)
    } catch {
      // No case is larger than a few hundred megabytes.
      preconditionFailure("\(error)")
    }
    start = Self.frame + (isAligned || !Self.areUnaligned ? 0 : 1)
    // Storage is not empty, so it has an address.
    let base = storage.floats.baseAddress.unsafelyUnwrapped
    pointer = base + start
    let place = UInt32(truncatingIfNeeded: UInt(bitPattern: base) >> 6)
    mark = Float(bitPattern: Float.nan.bitPattern | place & 0x3f_ffff)
    storage.floats.initialize(repeating: mark)
    self.count = count
  }

  /// `value` of each index.
  convenience init(_ count: Int, isAligned: Bool = false, _ value: (Int) -> Float) {
    self.init(count: count, isAligned: isAligned)
    for i in 0..<count { pointer[i] = value(i) }
  }

  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  var isFrameIntact: Bool {
    let isIntact = { (float: Float) in float.bitPattern == self.mark.bitPattern }
    return storage.floats.prefix(start).allSatisfy(isIntact)
      && storage.floats.dropFirst(start + count).allSatisfy(isIntact)
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
  /// On a cache line's boundary.
  static func scratch(_ count: Int) -> KernelBuffer {
    KernelBuffer(count, isAligned: true) { _ in .nan }
  }
}
