/// CRC-32 as in zip and PNG (ISO 3309, reflected polynomial 0xEDB88320).
package struct Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }

  private var state: UInt32 = .max

  package init() {}

  package mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      state = state >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
    }
  }

  /// Eight hexadecimal digits.
  package var text: String {
    let digits = String(~state, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  package static func text(of bytes: some Sequence<UInt8>) -> String {
    var checksum = Checksum()
    checksum.combine(bytes)
    return checksum.text
  }
}
