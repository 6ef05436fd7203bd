import Testing

@testable import Architectures

struct CanonicalFormTests {
  /// A genome of one block that reads 16 channels.
  private func genome(_ change: (inout Block) -> Void) -> Genome {
    var block = Block(kernels: [3, 5], expansion: 2, outputChannels: 24)
    change(&block)
    return Genome(
      stem: .init(channels: 16, stride: 1), blocks: [block], head: .init(channels: 64))
  }

  private func expectSame(_ first: Genome, _ second: Genome) {
    #expect(first.canonical == second.canonical)
    #expect(first.hash == second.hash)
  }

  private func expectDifferent(_ first: Genome, _ second: Genome) {
    #expect(first.canonical != second.canonical)
    #expect(first.hash != second.hash)
  }

  @Test func spellingsOfOneNetwork() {
    let plain = genome { _ in }
    expectSame(plain, genome { $0.kernels = [5, 3] })
    // Two halves are equal and exponential shares alike.
    expectSame(plain, genome { $0.split = .exponential })
    expectSame(plain, genome { $0.hasSkip = false })
    expectSame(plain, genome { $0.expansion = 2.03 })
    expectSame(genome { $0.kernels = [3] }, genome { ($0.kernels, $0.isDilated) = ([3], true) })
    expectSame(
      genome { $0.stride = 2 }, genome { ($0.stride, $0.isDilated) = (2, true) })
    expectSame(
      genome { $0.expansion = 1 }, genome { ($0.expansion, $0.expandGroups) = (1, 2) })
    expectSame(
      genome { $0.squeezeExcitationRatio = 0.05 }, genome { $0.squeezeExcitationRatio = 0.0625 })
  }

  @Test func differentNetworks() {
    let plain = genome { _ in }
    expectDifferent(plain, genome { $0.isDilated = true })
    expectDifferent(plain, genome { $0.expandGroups = 2 })
    expectDifferent(plain, genome { $0.squeezeExcitationRatio = 0.25 })
    // 17 channels in groups of 9 and 8, or 8 and 9.
    expectDifferent(
      genome { $0.expansion = 1.07 },
      genome { ($0.expansion, $0.split) = (1.07, .exponential) })
    // An expansion that keeps the width is a layer all the same.
    expectDifferent(genome { $0.expansion = 1 }, genome { $0.expansion = 1.01 })
    expectDifferent(
      genome { $0.outputChannels = 16 },
      genome { ($0.outputChannels, $0.hasSkip) = (16, false) })
    var dropped = plain
    dropped.head.dropout = 0.2
    expectDifferent(plain, dropped)
  }

  @Test(arguments: [
    (0.5, 0.5), (0.51, 0.5), (0.0626, 0.0625), (0.01, 0.0625), (0.2, 0.2), (0.24, 0.2),
    (0.19, 0.2), (0.15, 0.125), (0.9999, 0.94), (1.0, 1.0), (1.07, 1.1), (1.5, 1.5), (0.0, 0.0),
  ])
  func squeezeRatios(ratio: Double, canonical: Double) {
    let genome = genome { $0.squeezeExcitationRatio = ratio }
    #expect(genome.canonical.blocks[0].squeezeExcitationRatio == canonical)
  }

  @Test(arguments: [
    (2.0, 2.0), (2.05, 2.0), (2.5, 2.5), (2.51, 2.5), (1.0, 1.0), (1.001, 1.01), (1.07, 1.1),
    (0.5, 0.5), (0.55, 0.5), (6.7, 6.7), (6.69, 6.7),
  ])
  func expansions(expansion: Double, canonical: Double) {
    let genome = genome { ($0.expansion, $0.kernels) = (expansion, [3]) }
    #expect(genome.canonical.blocks[0].expansion == canonical)
  }

  @Test func negativeZeros() {
    var first = genome { $0.squeezeExcitationRatio = -0.0 }
    first.head.dropout = -0.0
    expectSame(first, genome { _ in })
    #expect(first.canonical.blockNotation == genome { _ in }.blockNotation)
  }

  /// The law: canonical forms agree, and hashes do, exactly if the networks do.
  @Test func canonicalFormsAgreeAsNetworksDo() throws {
    var random = SplitMix(seed: 4)
    let image = TensorShape(height: 256, width: 256, channels: 3)
    var equalPairs = 0
    for _ in 0..<250 {
      let first = Genome.random(using: &random)
      var second = first
      for _ in 0..<2 {
        let index = random.pick(Array(second.blocks.indices))
        second.blocks[index] = second.blocks[index].mutated(using: &random)
      }
      guard let changed = try? second.graph(input: image, classes: 10) else { continue }
      let graph = try first.graph(input: image, classes: 10)
      #expect(try first.canonical.graph(input: image, classes: 10) == graph)
      #expect(first.canonical.canonical == first.canonical)
      #expect(first.canonical.hash == first.hash)
      #expect((first.canonical == second.canonical) == (graph == changed))
      #expect((first.hash == second.hash) == (graph == changed))
      if first != second && graph == changed { equalPairs += 1 }
    }
    #expect(equalPairs > 15)
  }

  /// Every ratio's canonical one gives the same width, for every number of channels.
  @Test func canonicalRatiosKeepWidths() throws {
    for channels in 1...120 {
      for ratio in stride(from: 0.01, through: 1.2, by: 0.037) {
        let block = Block(
          kernels: [3], expansion: 1 + ratio, outputChannels: 8, squeezeExcitationRatio: ratio)
        let canonical = block.canonical(inputChannels: channels)
        #expect(
          try canonical.resolved(inputChannels: channels)
            == block.resolved(inputChannels: channels))
      }
    }
  }

  @Test func invalidBlocksStay() {
    let invalid = genome { $0.kernels = [4, 2] }
    #expect(invalid.canonical == invalid)
    expectDifferent(invalid, genome { $0.kernels = [4] })
  }

  /// These never change: journals and file names hold them.
  @Test func goldenHashes() throws {
    let networks: [ReferenceNetwork] = [.mixNetS, .mixNetM, .mixNetL, .mobileNetV2]
    #expect(
      try networks.map { "\($0.name) \(try #require($0.genome).hash)" } == [
        "mixnet-s 2ba946b9b534c2c2e0063e4bcf6466d9", "mixnet-m cdae8de8bd17f085c1e8e2494cbe967d",
        "mixnet-l d7725ea923c22ed4778f27ca097929c2",
        "mobilenet-v2 f8cdcfaf5f13262a0e00a837c1bc482d",
      ])
    let all = try Genome(
      blockNotation: "stem8_k5_s1_hs r2_k3.5.7_a1.1_p1.1_s2_e2.5_o12_se0.25_r6_xs "
        + "r1_k3.9_s1_e1_o12_sw_dl_noskip head40_sg_d0.25")
    #expect(all.hash == "20fe0e43367ce5990f8194278adc837e")
  }

  /// Vectors of the FNV reference implementation.
  @Test(arguments: [
    ("", "6c62272e07bb014262b821756295c58d"), ("a", "d228cb696f1a8caf78912b704e4a8964"),
    ("foobar", "343e1662793c64bf6f0d3597ba446f18"),
  ])
  func fnv(text: String, digest: String) {
    var hash = FNV1a128()
    hash.combine(text)
    #expect(hash.description == digest)
  }
}
