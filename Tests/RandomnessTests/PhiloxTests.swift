import Testing

@testable import Randomness

/// Published vectors of Random123 (kat_vectors, philox4x32 with 10 rounds).
@Test(arguments: [
  (
    [0, 0, 0, 0] as [UInt32], [0, 0] as [UInt32],
    [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8] as [UInt32]
  ),
  (
    [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
    [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
  ),
  (
    [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
    [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
  ),
])
func philoxGivesThePublishedVectors(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
  func pair(_ words: [UInt32], _ index: Int) -> UInt64 {
    UInt64(words[index]) | UInt64(words[index + 1]) << 32
  }
  let block = Philox.block(
    counterLow: pair(counter, 0), counterHigh: pair(counter, 2), key: pair(key, 0))
  #expect(block.low == pair(expected, 0))
  #expect(block.high == pair(expected, 2))
}

@Test func firstDrawsOfSeedZeroAreThePublishedBlock() {
  var stream = RandomStream(seed: 0)
  let draws = (0..<2).map { _ in stream.next() }
  #expect(draws == [0xe169_c58d_6627_e8d5, 0x9b00_dbd8_bc57_ac4c])
}

@Test func stableHashIsFNV1a() {
  func hash(_ text: String) -> UInt64 {
    var hash = StableHash()
    hash.combine(text)
    return hash.value
  }
  #expect(hash("") == 0xcbf2_9ce4_8422_2325)
  #expect(hash("a") == 0xaf63_dc4c_8601_ec8c)
  #expect(hash("foobar") == 0x8594_4171_f739_67e8)
}
