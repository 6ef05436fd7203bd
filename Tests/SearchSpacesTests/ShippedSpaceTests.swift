import Architectures
import Randomness
import Testing

@testable import SearchSpaces

@Suite struct ShippedSpaceTests {
  /// Name, digits of the number of networks, and multiply-adds with 10 classes.
  private static let expected: [(name: String, networks: Natural, multiplyAdds: ClosedRange<Int>)] =
    [
      ("quickstart", Natural(25_600), 602_304...2_458_944),
      ("mixconv-28", Natural(1_003_520), 1_113_776...5_525_472),
      ("mixconv-32", Natural(134_873_088), 3_821_568...15_624_832),
    ]

  @Test(arguments: expected.indices) func sizesAreKnown(index: Int) throws {
    let expected = Self.expected[index]
    let description = try shippedSpace(expected.name).description()
    #expect(description.distinctCount == expected.networks)
    #expect(description.costs.multiplyAdds == expected.multiplyAdds)
  }

  @Test func thePaperSpaceIsLarge() throws {
    let description = try shippedSpace("mixnet-paper-224").description(classes: 1000)
    #expect(description.distinctCount.description == "111,451,255,603,200,000,000,000")
    #expect(description.distinctCount == description.spellingCount)
    // Around MixNet-S with its 239 million.
    #expect(description.costs.multiplyAdds.lowerBound < 100_000_000)
    #expect(description.costs.multiplyAdds.upperBound > 500_000_000)
    #expect(description.stages.map(\.side) == [112, 56, 56, 28, 28, 14, 14, 14, 14, 7, 7])
    #expect(description.stages.map(\.proxySide) == [32, 32, 32, 16, 16, 8, 8, 8, 8, 4, 4])
  }

  @Test func theSupersetHoldsThePaperSpace() throws {
    let paper = try shippedSpace("mixnet-paper-224")
    let superset = try shippedSpace("mixnet-224")
    let count = superset.distinctCount
    #expect(count.description == "157,040,964,842,980,202,466,034,722,986,262,528")
    #expect(count < superset.spellingCount)
    #expect(paper.stem == superset.stem && paper.head == superset.head)
    #expect(paper.stages.map(\.stride) == superset.stages.map(\.stride))
    for (small, large) in zip(paper.genes, superset.genes) {
      #expect(Set(small.options).isSubset(of: large.options), "stage \(small.stage) \(small.kind)")
    }
    #expect(superset.stages.contains { $0.kernels.contains([3, 5, 7, 9, 11, 13]) })
    #expect(superset.stages.contains { $0.split.contains(.exponential) })
    #expect(superset.stages.contains { $0.dilated.contains(true) })
  }

  @Test func thePaperSpaceHoldsMixNetS() throws {
    let space = try shippedSpace("mixnet-paper-224")
    let target = try #require(ReferenceNetwork.mixNetS.genome).canonical
    // Stage after stage, the choice whose blocks are the network's next ones.
    var genes: [Int] = []
    var blocks = target.blocks[...]
    var channels = target.stem.channels
    for stage in space.stages {
      var table = BlockTable()
      let fits = table.pairs(of: stage, inputChannels: channels).lazy.flatMap { pair in
        stage.repeats.indices.map { index in
          var choice = pair.choice
          choice.repeats = index
          return choice
        }
      }.last { choice in
        let own = Genome(
          stem: Genome.Stem(channels: channels, stride: 1), blocks: stage.blocks(for: choice),
          head: space.head
        ).canonical.blocks
        return blocks.starts(with: own)
      }
      let choice = try #require(fits, "no choice for \(blocks.prefix(1))")
      genes += choice.genes
      blocks = blocks.dropFirst(stage.repeats[choice.repeats])
      channels = stage.channels[choice.channels]
    }
    #expect(blocks.isEmpty)
    #expect(space.genome(for: Choices(genes)).hash == target.hash)
  }

  @Test(arguments: shippedSpaces) func randomNetworksCanBeBuilt(name: String) throws {
    let space = try shippedSpace(name)
    var stream = RandomStream(seed: 6).substream(name)
    let range = name == "mixnet-224" ? nil : space.costRange(classes: 10)
    for _ in 0..<20 {
      let choices = space.random(using: &stream)
      let genome = space.genome(for: choices)
      let deployed = try genome.graph(input: space.deploymentShape, classes: 10)
      let proxy = try genome.graph(
        input: space.proxyShape, classes: 10, variant: space.proxyVariant(for: genome))
      #expect(deployed.parameterTensors.map(\.count) == proxy.parameterTensors.map(\.count))
      if let range {
        #expect(range.multiplyAdds.contains(deployed.multiplyAdds))
        #expect(range.parameters.contains(deployed.parameterCount))
      }
    }
  }
}

@Suite struct ProxyTests {
  private let example = space(
    [
      Stage(stride: 2, repeats: [1, 2], channels: [8]), Stage(repeats: [3], channels: [8]),
      Stage(stride: 2, repeats: [1, 2], channels: [8]),
    ], resolution: 64, proxy: ProxySettings(resolution: 16, unstrided: [0, 3]))

  @Test func listedLayersLoseTheirStride() throws {
    for choices in example.allChoices {
      let genome = example.genome(for: choices)
      let first = genome.blocks.count - (choices.indices[22] == 0 ? 1 : 2)
      let variant = NetworkVariant.proxy(unstridedBlocks: [first], unstridedStem: true)
      #expect(example.proxyVariant(for: genome) == variant)
      #expect(example.proxyVariant(for: genome.canonical) == variant)
      let proxy = try genome.graph(input: example.proxyShape, classes: 3, variant: variant)
      // 16 pixels, halved by stage 1 alone.
      let pool = try #require(proxy.nodes.first { $0.name == "head.activation" })
      #expect(pool.shape.height == 8)
    }
  }
}
