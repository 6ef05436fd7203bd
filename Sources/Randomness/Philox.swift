/// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2,
/// 3"): a bijection of 128-bit counters for each 64-bit key.
@usableFromInline
enum Philox {
  /// The block at a counter; words 0 and 1 of the paper lie in `low`, 2 and 3 in `high`, the
  /// first word of each pair in the lower 32 bits. Counter and key are split the same way.
  @inlinable
  static func block(
    counterLow: UInt64, counterHigh: UInt64, key: UInt64
  ) -> (low: UInt64, high: UInt64) {
    var word0 = UInt32(truncatingIfNeeded: counterLow)
    var word1 = UInt32(truncatingIfNeeded: counterLow >> 32)
    var word2 = UInt32(truncatingIfNeeded: counterHigh)
    var word3 = UInt32(truncatingIfNeeded: counterHigh >> 32)
    var key0 = UInt32(truncatingIfNeeded: key)
    var key1 = UInt32(truncatingIfNeeded: key >> 32)
    var round = 0
    while round < 10 {
      round &+= 1
      let product0 = UInt64(word0) &* 0xD251_1F53
      let product1 = UInt64(word2) &* 0xCD9E_8D57
      let high0 = UInt32(truncatingIfNeeded: product0 >> 32)
      let high1 = UInt32(truncatingIfNeeded: product1 >> 32)
      (word0, word1, word2, word3) = (
        high1 ^ word1 ^ key0, UInt32(truncatingIfNeeded: product1),
        high0 ^ word3 ^ key1, UInt32(truncatingIfNeeded: product0)
      )
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return (UInt64(word0) | UInt64(word1) << 32, UInt64(word2) | UInt64(word3) << 32)
  }
}
