/// FNV-1a, 64 bits, of the name's UTF-8 bytes. Unlike `Hasher` it is the same in every process.
package func stableHash(_ name: String) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in name.utf8 {
    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }
  return hash
}
