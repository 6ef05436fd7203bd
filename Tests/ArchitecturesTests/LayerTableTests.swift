import Testing

@testable import Architectures

struct LayerTableTests {
  @Test func rowsOfAGenome() throws {
    let genome = try Genome(
      blockNotation: "stem24_k3_s2 r1_k3.5.7_a1.1_s2_e6_o24_se0.5_sw r1_k3.5_s1_e1_o24_dl "
        + "head64_re_d0.2")
    let input = TensorShape(height: 32, width: 32, channels: 3)
    let table = LayerTable(try genome.graph(input: input, classes: 10))
    let text = table.rows.map {
      "\($0.section): \($0.operation) | \($0.output) | \($0.parameters) | \($0.multiplyAdds)"
        + " | \($0.receptiveField.height)"
    }
    let expected = [
      "input: input | 32×32×3 | 0 | 0 | 1",
      "stem: 3×3 convolution s2, batch norm, relu | 16×16×24 | 696 | 165888 | 3",
      "blocks.0.expand: "
        + "1×1 convolution in 2 groups, batch norm, swish | 16×16×144 | 2016 | 442368 | 3",
      "blocks.0.depthwise: "
        + "mixed depthwise 3.5.7 (48+48+48) s2, batch norm, swish | 8×8×144 | 4272 | 254976 | 15",
      "blocks.0.squeeze-excitation: "
        + "squeeze-excitation 12, swish, sigmoid | 8×8×144 | 3612 | 3456 | 15",
      "blocks.0.project: 1×1 convolution, batch norm | 8×8×24 | 3504 | 221184 | 15",
      "blocks.1.depthwise: "
        + "mixed depthwise 3.3d2 (12+12), batch norm, relu | 8×8×24 | 264 | 13824 | 31",
      "blocks.1.project: 1×1 convolution, batch norm | 8×8×24 | 624 | 36864 | 31",
      "blocks.1: add | 8×8×24 | 0 | 0 | 31",
      "head: 1×1 convolution, batch norm, relu | 8×8×64 | 1664 | 98304 | 31",
      "classifier: "
        + "global average pool, dropout 0.2, dense 10 | 1×1×10 | 650 | 640 | 31",
    ]
    #expect(text == expected)
    #expect(table.parameters == table.rows.reduce(0) { $0 + $1.parameters })
    #expect(table.multiplyAdds == table.rows.reduce(0) { $0 + $1.multiplyAdds })
    #expect(table.receptiveField == Extent(31))
  }

  @Test func totalsOfMixNetS() throws {
    let table = LayerTable(try ReferenceNetwork.mixNetS.graph())
    #expect(table.parameters == 4_134_606)
    #expect(table.multiplyAdds == 239_173_360)
  }

  @Test(
    arguments: [
      (
        .convolution(
          .init(
            outputChannels: 1, kernel: Extent(height: 1, width: 7),
            stride: Extent(height: 1, width: 2))), "1×7 convolution s1×2"
      ),
      (
        .convolution(.init(outputChannels: 1, kernel: Extent(3), dilation: Extent(2), groups: 4)),
        "3×3 convolution d2 in 4 groups"
      ),
      (
        .mixedDepthwise(.init(groups: [.init(kernel: 5, channels: 8)], stride: 2)), "depthwise 5 s2"
      ),
      (.pool(.init(kind: .maximum, kernel: Extent(3), stride: Extent(2))), "3×3 maximum pool s2"),
      (.slice(channels: 2..<4), "channels 2..<4"),
      (.channelShuffle(groups: 3), "channel shuffle 3"),
      (.activation(.hardSwish), "hard-swish"),
      (.concatenate, "concatenate"),
      (.multiply, "multiply"),
    ] as [(Architectures.Operation, String)])
  func summaries(operation: Architectures.Operation, text: String) {
    #expect(operation.summary == text)
  }
}
