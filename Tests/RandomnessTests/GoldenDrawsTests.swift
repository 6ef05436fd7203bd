import Testing

@testable import Randomness

/// Figures from an independent implementation in Python. They never change: a seed in an old
/// run folder must give the same numbers for ever.
struct GoldenDrawsTests {
  private let stream = RandomStream(seed: 7).substream("proposal", 12)

  @Test func substreamsHaveTheirKeys() {
    #expect(stream.key == 0x3bdb_8804_f9fb_1387)
    #expect(RandomStream(seed: 7).substream("proposal", -1).key == 0x8399_17a4_5c41_6b54)
  }

  @Test func bits() {
    var stream = stream
    let draws = (0..<3).map { _ in stream.next() }
    #expect(draws == [0x2a72_3cc3_c9a8_e69c, 0x4cce_19ee_546c_7862, 0xbca5_ac42_f12c_16af])
    #expect(stream.counter == 3)
  }

  @Test func bounded() {
    var stream = stream
    let draws = (0..<12).map { _ in stream.below(10) }
    #expect(draws == [1, 3, 7, 9, 2, 7, 9, 1, 2, 1, 9, 1])
  }

  @Test func uniform() {
    var stream = stream
    let expected: [Float] = [0.16580557823181152, 0.3000198006629944, 0.7369029521942139]
    let draws = (0..<3).map { _ in stream.uniform() }
    #expect(draws == expected)
  }

  @Test func normal() {
    var stream = stream
    let expected: [UInt32] = [
      0x3ee3_f8e6, 0xbf3e_e3d9, 0x3f3a_f05b, 0x3e5a_9d92, 0x3fd1_9154, 0xbed2_6047,
    ]
    let draws = (0..<6).map { _ in stream.normal().bitPattern }
    #expect(draws == expected)
  }

  @Test func shuffled() {
    var stream = stream
    let order = stream.shuffled(Array(0..<8))
    #expect(order == [0, 3, 6, 7, 5, 4, 2, 1])
  }
}
