/// FNV-1a, 64 bits. Unlike `Hasher` it is the same in every process and on every machine.
package struct StableHash: Sendable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  /// Byte by byte, in UTF-8.
  package mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(UInt64(byte)) }
  }

  /// The 32-bit patterns, one by one.
  package mutating func combine(_ values: [Float]) {
    for value in values { combine(UInt64(value.bitPattern)) }
  }

  private mutating func combine(_ part: UInt64) { value = (value ^ part) &* 0x100_0000_01B3 }
}
