import Foundation
import Testing

@testable import Architectures

struct BlockNotationTests {
  @Test func everyField() throws {
    let genome = try Genome(
      blockNotation: "stem16_k5_s2_hs r2_k3.5.7.9_a1.1_p1.1.1_s1_e3_i16_o120_se0.5_sw_xs_dl_noskip"
        + " head1536_r6_d0.2")
    let block = Block(
      kernels: [3, 5, 7, 9], split: .exponential, isDilated: true, expandGroups: 2,
      projectGroups: 3, expansion: 3, outputChannels: 120, squeezeExcitationRatio: 0.5,
      activation: .swish, hasSkip: false)
    #expect(
      genome
        == Genome(
          stem: .init(channels: 16, kernel: 5, stride: 2, activation: .hardSwish),
          blocks: [block, block],
          head: .init(channels: 1536, activation: .relu6, dropout: 0.2)))
  }

  /// The document's line is a network, and its table has the fields and activations that there are.
  @Test func theDocumentIsTrue() throws {
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let document = try String(
      contentsOf: package.appendingPathComponent("documentation/block-notation.md"),
      encoding: .utf8)
    let line = try #require(document.firstMatch(of: /mixnas describe "(.*)"/)?.1)
    #expect(try Genome(blockNotation: String(line)).blocks.count == 3)
    let fields = document.matches(of: /^\| (`.*?) \|/.anchorsMatchLineEndings()).flatMap { row in
      row.1.matches(of: /`(\w+)[0-9.]*`/).map { String($0.1) }
    }
    for activation in Activation.allCases {
      #expect(fields.contains(BlockNotation.code(of: activation)))
    }
    for field in ["xs", "dl", "noskip"] { #expect(fields.contains(field)) }
  }

  @Test func defaults() throws {
    let genome = try Genome(blockNotation: " stem16_s1,\n k3_s1_e6_c24,head64 ")
    #expect(genome.stem == .init(channels: 16, stride: 1))
    #expect(genome.blocks == [Block(kernels: [3], expansion: 6, outputChannels: 24)])
    #expect(genome.head == .init(channels: 64))
  }

  /// Strings of the released MixNet and of timm are understood.
  @Test func otherDialects() throws {
    let official = try Block.blocks(
      notation: "r1_k3.5.7_a1_p1_s22_e6_i24_o40_se0.5_sw r3_k3.5_a1.1_p1.1_s11_e6_i40_o40_se0.5_sw",
      inputChannels: 24)
    let timm = try Block.blocks(
      notation: "r1_k3.5.7_s2_e6_c40_se0.5_nsw, r3_k3.5_a1.1_p1.1_s1_e6_c40_se0.5_nsw")
    #expect(official == timm)
    #expect(official == Array(try #require(ReferenceNetwork.mixNetS.genome).blocks[3...6]))
  }

  @Test func strideBelongsToTheFirstRepetition() throws {
    let blocks = try Block.blocks(notation: "r3_k3_s2_e6_o24")
    #expect(blocks.map(\.stride) == [2, 1, 1])
  }

  @Test func sixRepeatsAndRelu6() throws {
    let blocks = try Block.blocks(notation: "r6_k3_s1_e6_o24_r6")
    #expect(blocks.count == 6)
    #expect(blocks.allSatisfy { $0.activation == .relu6 })
    #expect(try Block.blocks(notation: "k3_s1_e6_o24_r6").count == 1)
  }

  @Test func writing() throws {
    let block = Block(kernels: [3], stride: 2, expansion: 6, outputChannels: 24)
    var repetition = block
    repetition.stride = 1
    var other = repetition
    other.squeezeExcitationRatio = 0.25
    other.expandGroups = 2
    let genome = Genome(
      stem: .init(channels: 16, stride: 2), blocks: [block, repetition, block, other, other],
      head: .init(channels: 64, dropout: 0.2))
    #expect(
      genome.blockNotation
        == "stem16_k3_s2_re r2_k3_a1_p1_s2_e6_o24_re r1_k3_a1_p1_s2_e6_o24_re "
        + "r2_k3_a1.1_p1_s1_e6_o24_se0.25_re head64_re_d0.2")
  }

  @Test func roundTrip() throws {
    var random = SplitMix(seed: 5)
    for _ in 0..<500 {
      let genome = Genome.random(using: &random)
      let notation = genome.blockNotation
      #expect(try Genome(blockNotation: notation) == genome)
      #expect(!notation.contains { $0 == "," || $0 == "\n" || $0 == "\"" })
    }
    for genome in ReferenceNetwork.all.compactMap(\.genome) {
      #expect(try Genome(blockNotation: genome.blockNotation) == genome)
    }
  }

  @Test func tinyAndLongNumbers() throws {
    let block = Block(
      kernels: [3], expansion: 10.0 / 3, outputChannels: 24, squeezeExcitationRatio: 1e-5)
    #expect(try Block.blocks(notation: block.notation()) == [block])
  }

  @Test(
    arguments: [
      ("", 1, "", .empty),
      ("r1_k3_s1_e6_o24 head8", 1, "r1_k3_s1_e6_o24", .noStem),
      ("stem8_s1 r1_k3_s1_e6_o24", 10, "r1_k3_s1_e6_o24", .noHead),
      ("stem8_s1 head8 k3_s1_e6_o24 head8", 10, "head8", .misplaced),
      ("stem8 k3_s1_e6_o24 head8", 1, "stem8", .missingField("its stride, such as s2")),
      ("stem_s1 k3_s1_e6_o24 head8", 1, "stem", .notAWholeNumber),
      ("stem8_s1 k3_s1_o24 head8", 10, "k3_s1_o24", .missingField("its expansion, such as e6")),
      ("stem8_s1 k3.x_s1_e6_o24 head8", 10, "k3.x", .notAListOfKernels),
      ("stem8_s1 k3_s1_e6_o24_a1.2 head8", 23, "a1.2", .notAListOfOnes),
      ("stem8_s1 k3_s12_e6_o24 head8", 13, "s12", .unequalStrides),
      ("stem8_s1 k3_s1_e6_o24_r2 head8", 23, "r2", .repeatsNotFirst),
      ("stem8_s1 r0_k3_s1_e6_o24 head8", 10, "r0", .repeats(allowed: 1...512)),
      ("stem8_s1 k3_k5_s1_e6_o24 head8", 13, "k5", .repeatedField),
      ("stem8_s1 k3_s1_e6_o24_re_sw head8", 26, "sw", .repeatedField),
      (
        "stem8_s1 k3_s1_enan_o24 head8", 10, "k3_s1_enan_o24",
        .missingField("its expansion, such as e6")
      ),
      ("stem8_s1 k3_s1_e0x1_o24 head8", 16, "e0x1", .notANumber),
      ("stem8_s1 k3_s1_e-1_o24 head8", 16, "e-1", .notANumber),
      (
        "stem8_s1 k3_s1_e6_o99999999999999999999 head8", 19, "o99999999999999999999",
        .notAWholeNumber
      ),
      ("stem8_s1 k3_s1_e6_o24_i9 head8", 23, "i9", .inputChannels(expected: 8)),
      (
        "stem8_s1 k3_s1_e6_o24__se0.5 head8", 23, "",
        .unknownField(allowed: "r k a p s e i o se re r6 sw hs sg hg xs dl noskip")
      ),
      ("stem8_s1 k3_s1_e6_o24 head8_q1", 29, "q1", .unknownField(allowed: "re r6 sw hs sg hg d")),
    ] as [(String, Int, String, BlockNotationError.Reason)])
  func errors(text: String, column: Int, part: String, reason: BlockNotationError.Reason) {
    let expected = BlockNotationError(column: column, text: part, reason: reason)
    #expect(throws: expected) { try Genome(blockNotation: text) }
    #expect("\(expected)".hasPrefix("block notation, column \(column): "))
  }

  @Test func wellFormedButInvalid() {
    #expect(throws: GenomeError(place: .block(1), reason: .evenKernel(4))) {
      try Genome(blockNotation: "stem8_s1 k3_s1_e6_o24 k4_s1_e6_o24 head8")
    }
    #expect(throws: BlockNotationError.self) {
      try Genome(blockNotation: "stem8_s1 r500_k3_s1_e6_o24 r500_k3_s1_e6_o24 head8")
    }
  }
}
