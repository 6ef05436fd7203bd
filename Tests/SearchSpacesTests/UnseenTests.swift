import Randomness
import Testing

@testable import SearchSpaces

@Suite struct UnseenTests {
  /// Takes networks until there are no more: each one comes once, and none is left out.
  @Test(arguments: 0..<20)
  func everyNetworkComesOnce(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed)).substream("unseen")
    var space = randomSpace(&stream)
    while space.distinctCount > Natural(60) { space = randomSpace(&stream) }
    var seen: Set<String> = []
    while let next = space.unseen(using: &stream, excluding: { seen.contains($0) }) {
      #expect(space.contains(next))
      let isNew = seen.insert(space.genome(for: next).hash).inserted
      #expect(isNew)
      if !isNew { return }
    }
    #expect(Natural(seen.count) == space.distinctCount)
  }

  /// 2^40 spellings of a handful of networks: exhaustion is found without trying them all.
  @Test func manySpellingsOfFewNetworksEnd() {
    let stage = Stage(
      stride: 2, kernels: [[3]], split: [.equal, .exponential], dilated: [false, true],
      expansion: [1], expandGroups: [1, 2, 3, 4], channels: [4], skip: [true, false])
    let redundant = space(Array(repeating: stage, count: 8), resolution: 1024)
    #expect(redundant.spellingCount == Natural(1 << 40))
    var stream = RandomStream(seed: 3)
    #expect(redundant.distinctCount == Natural(1))
    #expect(redundant.unseen(using: &stream, excluding: { _ in false }) != nil)
    #expect(redundant.unseen(using: &stream, excluding: { _ in true }) == nil)
  }
}
