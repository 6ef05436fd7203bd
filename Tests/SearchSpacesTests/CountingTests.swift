import Architectures
import Randomness
import Testing

@testable import SearchSpaces

@Suite struct CountingTests {
  /// Two stages of equal blocks: lengths 2 to 4 come from six spellings but are three networks.
  @Test func repetitionsOfEqualStagesCountOnce() {
    let stage = Stage(repeats: [1, 2], expansion: [2], channels: [4])
    let equal = space([stage, stage])
    #expect(equal.spellingCount == Natural(4))
    #expect(equal.distinctCount == Natural(3))
    // With two kernels: aa, ab, ba, bb, then three and four blocks. Of length 3 all words with
    // one change or none: 2 + 4; of length 4 those with a change in the middle or none: 2 + 2.
    let mixed = Stage(repeats: [1, 2], kernels: [[3], [5]], expansion: [2], channels: [4])
    #expect(space([mixed, mixed]).distinctCount == Natural(4 + 6 + 4))
  }

  @Test func genesWithoutEffectDoNotCount() {
    // One kernel: neither split nor dilation matters; expansion 1: nor do the expand groups.
    let stage = Stage(
      kernels: [[3]], split: [.equal, .exponential], dilated: [false, true], expansion: [1],
      expandGroups: [1, 2], channels: [4])
    #expect(space([stage]).spellingCount == Natural(8))
    #expect(space([stage]).distinctCount == Natural(1))
  }

  @Test(arguments: 0..<80)
  func countsEqualThoseOfAllSpellings(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed)).substream("spaces")
    let space = randomSpace(&stream)
    try space.validate(file: "random")
    let hashes = Set(space.allChoices.map { space.genome(for: $0).hash })
    #expect(space.distinctCount == Natural(hashes.count), "\(space.stages)")
  }

  @Test func randomSpacesAreOftenAmbiguous() {
    // Else the test above would prove little.
    let ambiguous = (0..<80).count { seed in
      var stream = RandomStream(seed: UInt64(seed)).substream("spaces")
      let space = randomSpace(&stream)
      var table = BlockTable()
      var separate: [Int: Natural] = [space.stem.channels: Natural(1)]
      for stage in space.stages {
        var next: [Int: Natural] = [:]
        for (channels, count) in separate {
          let words = AmbiguousStages([stage], inputChannels: channels, table: &table).words()
          for (output, number) in words { next[output, default: .zero] += count * number }
        }
        separate = next
      }
      return separate.values.reduce(.zero, +) > space.distinctCount
    }
    #expect(ambiguous >= 10)
  }

  @Test(arguments: 0..<12)
  func costsEqualThoseOfAllNetworks(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed)).substream("costs")
    var space = randomSpace(&stream)
    while space.spellingCount > Natural(150) { space = randomSpace(&stream) }
    let graphs = try space.allChoices.map {
      try space.genome(for: $0).graph(input: space.deploymentShape, classes: 7)
    }
    let range = space.costRange(classes: 7)
    let multiplyAdds = graphs.map(\.multiplyAdds)
    let parameters = graphs.map(\.parameterCount)
    #expect(range.multiplyAdds.lowerBound == multiplyAdds.min())
    #expect(range.multiplyAdds.upperBound == multiplyAdds.max())
    #expect(range.parameters.lowerBound == parameters.min())
    #expect(range.parameters.upperBound == parameters.max())
  }
}

@Suite struct NaturalTests {
  @Test func arithmeticAgreesWithIntegers() {
    var stream = RandomStream(seed: 9)
    for _ in 0..<500 {
      let a = Int(stream.next() >> (33 + UInt64(stream.below(30))))
      let b = Int(stream.next() >> (33 + UInt64(stream.below(30))))
      #expect(Natural(a) * Natural(b) == Natural(a * b))
      #expect(Natural(a * b) + Natural(a) == Natural(a * b + a))
      var difference = Natural(a * b + a)
      difference -= Natural(a)
      #expect(difference == Natural(a * b))
      #expect((Natural(a) < Natural(b)) == (a < b))
    }
  }

  @Test func largeNumbersAreWrittenInFull() {
    let large = (0..<4).reduce(Natural(1)) { product, _ in product * Natural(1_000_000_007) }
    // (10⁹ + 7)⁴, by the binomial theorem.
    #expect(large.description == "1,000,000,028,000,000,294,000,001,372,000,002,401")
    #expect(abs(large.approximate / 1.000000028e36 - 1) < 1e-9)
    #expect(Natural.zero.description == "0")
    #expect(Natural(1_000_000_000).description == "1,000,000,000")
    #expect(Natural(999).description == "999")
  }
}
