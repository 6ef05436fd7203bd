import Testing

@testable import Architectures

struct ChannelTests {
  @Test(arguments: [
    (24, 2, [12, 12]), (25, 2, [13, 12]), (10, 4, [4, 2, 2, 2]), (3, 5, [3, 0, 0, 0, 0]),
  ])
  func equalSplit(channels: Int, groups: Int, shares: [Int]) {
    #expect(ChannelSplit.equal.channels(of: channels, among: groups) == shares)
  }

  @Test(arguments: [
    (32, 4, [16, 8, 4, 4]), (32, 1, [32]), (33, 2, [16, 17]), (100, 3, [50, 25, 25]),
    (7, 3, [3, 1, 3]), (3, 3, [1, 0, 2]),
  ])
  func exponentialSplit(channels: Int, groups: Int, shares: [Int]) {
    #expect(ChannelSplit.exponential.channels(of: channels, among: groups) == shares)
  }

  @Test func splitsKeepEveryChannel() {
    for split in ChannelSplit.allCases {
      for channels in 0...70 {
        for groups in 1...70 {
          #expect(split.channels(of: channels, among: groups).reduce(0, +) == channels)
        }
      }
    }
  }

  @Test(arguments: [
    (24, 1.3, 32), (32, 1.3, 40), (40, 1.3, 56), (80, 1.3, 104), (120, 1.3, 160),
    (200, 1.3, 264), (16, 0.1, 8), (24, 0.5, 16), (32, 0.35, 16), (16, 1, 16),
  ])
  func rounding(channels: Int, multiplier: Double, rounded: Int) {
    #expect(roundChannels(channels, multiplier: multiplier) == rounded)
  }

  @Test func roundingLosesAtMostATenth() {
    for channels in 1...400 {
      for multiplier in [0.25, 0.5, 0.75, 1, 1.1, 1.3, 1.4, 2] {
        let rounded = roundChannels(channels, multiplier: multiplier)
        #expect(rounded % 8 == 0 && rounded >= 8)
        #expect(Double(rounded) >= 0.9 * Double(channels) * multiplier)
      }
    }
  }

  /// MobileNetV2 with other kernels in every depthwise layer: the multiply-adds (millions) and
  /// parameters that an independent script gives for the networks of Tan & Le's figures 4 and 6.
  @Test(arguments: [
    (ChannelSplit.equal, false, [319.2, 343.3, 374.4, 408.8, 452.6]),
    (.exponential, false, [319.2, 333.0, 342.2, 348.0, 351.5]),
    (.equal, true, [304.6, 309.7, 316.1, 323.5, 332.8]),
  ])
  func figuresOfThePaper(split: ChannelSplit, isDilated: Bool, millions: [Double]) throws {
    for (kernels, expected) in zip(2...6, millions) {
      var genome = try #require(ReferenceNetwork.mobileNetV2.genome)
      for index in genome.blocks.indices {
        genome.blocks[index].kernels = (1...kernels).map { 2 * $0 + 1 }
        genome.blocks[index].split = split
        genome.blocks[index].isDilated = isDilated
      }
      let graph = try genome.graph(input: ReferenceNetwork.input, classes: 1000)
      #expect(abs(Double(graph.multiplyAdds) / 1e6 - expected) <= 0.0501)
    }
  }
}
