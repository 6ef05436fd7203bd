import Testing

@testable import Architectures

struct GenomeGraphTests {
  private let image = TensorShape(height: 32, width: 32, channels: 3)

  @Test func namesOfNodes() throws {
    let genome = try Genome(
      blockNotation: "stem8_k3_s1 r1_k3_s1_e1_o8 r1_k3.5_a1.1_s1_e4_o8_se0.25_sw head32_re_d0.1")
    let graph = try genome.graph(name: "small", input: image, classes: 10)
    #expect(graph.name == "small")
    let expected = """
      input
      stem.convolution stem.normalization stem.activation
      blocks.0.depthwise.convolution blocks.0.depthwise.normalization
      blocks.0.depthwise.activation
      blocks.0.project.convolution blocks.0.project.normalization
      blocks.0.add
      blocks.1.expand.convolution blocks.1.expand.normalization blocks.1.expand.activation
      blocks.1.depthwise.convolution blocks.1.depthwise.normalization
      blocks.1.depthwise.activation
      blocks.1.squeeze-excitation.pool blocks.1.squeeze-excitation.reduce
      blocks.1.squeeze-excitation.activation blocks.1.squeeze-excitation.expand
      blocks.1.squeeze-excitation.gate blocks.1.squeeze-excitation.scale
      blocks.1.project.convolution blocks.1.project.normalization
      blocks.1.add
      head.convolution head.normalization head.activation
      classifier.pool classifier.dropout classifier.dense
      """
    #expect(
      graph.nodes.map(\.name) == expected.split(whereSeparator: \.isWhitespace).map(String.init))
    let scale = try #require(graph.node(named: "blocks.1.squeeze-excitation.scale"))
    #expect(
      graph.nodes[scale].inputs.map { graph.nodes[$0].name }
        == ["blocks.1.depthwise.activation", "blocks.1.squeeze-excitation.gate"])
    let reduce = try #require(graph.node(named: "blocks.1.squeeze-excitation.reduce"))
    #expect(graph.nodes[reduce].shape.channels == 2)
    #expect(graph.parameterTensors(of: reduce).map(\.role) == [.weight, .bias])
    let sum = try #require(graph.node(named: "blocks.1.add"))
    #expect(
      graph.nodes[sum].inputs.map { graph.nodes[$0].name }
        == ["blocks.1.project.normalization", "blocks.0.add"])
  }

  @Test func skips() throws {
    let notation = "stem8_s1 r1_k3_s1_e2_o8_noskip r1_k3_s1_e2_o16 r1_k3_s2_e2_o16 head32"
    let graph = try Genome(blockNotation: notation).graph(input: image, classes: 10)
    #expect(!graph.nodes.contains { $0.operation == .add })
  }

  @Test func dilationNeedsStrideOne() throws {
    let notation = "stem9_s1 r1_k3.5.9_s1_e1_o8_dl r1_k3.5_s2_e1_o8_dl head32"
    let blocks = try Genome(blockNotation: notation).resolvedBlocks()
    #expect(
      blocks[0].depthwiseGroups == [
        .init(kernel: 3, channels: 3), .init(kernel: 3, dilation: 2, channels: 3),
        .init(kernel: 3, dilation: 4, channels: 3),
      ])
    #expect(blocks[1].depthwiseGroups.map(\.kernel) == [3, 5])
    #expect(blocks[1].depthwiseGroups.map(\.dilation) == [1, 1])
  }

  /// The stand-in has the same tensors and edges; only images are larger than its strides say.
  @Test func proxiesKeepEveryTensor() throws {
    var random = SplitMix(seed: 3)
    for _ in 0..<50 {
      let genome = Genome.random(using: &random)
      let large = TensorShape(height: 128, width: 128, channels: 3)
      let deployed = try genome.graph(input: large, classes: 10)
      let strided = genome.blocks.indices.filter { genome.blocks[$0].stride > 1 }
      let proxy = try genome.graph(
        input: image, classes: 10,
        variant: .proxy(unstridedBlocks: Set(strided), unstridedStem: true))
      #expect(proxy.parameterTensors == deployed.parameterTensors)
      #expect(proxy.nodes.map(\.name) == deployed.nodes.map(\.name))
      #expect(proxy.nodes.map(\.inputs) == deployed.nodes.map(\.inputs))
      let beforePool = try #require(proxy.node(named: "head.activation"))
      #expect(proxy.nodes[beforePool].shape.extent == Extent(32))
    }
  }

  @Test func normalizationIsAParameter() throws {
    let normalization = BatchNormalization(epsilon: 1e-5, momentum: 0.9)
    let graph = try Genome(blockNotation: "stem8_s1 r1_k3_s1_e1_o8 head32")
      .graph(input: image, classes: 10, normalization: normalization)
    let found = graph.nodes.compactMap { node in
      if case .batchNormalization(let value) = node.operation { value } else { nil }
    }
    #expect(found == Array(repeating: normalization, count: 4))
  }

  @Test func stridesOnOnePixel() throws {
    let genome = try Genome(blockNotation: "stem8_s2 r1_k3_s2_e1_o8 r1_k3_s2_e1_o8 head32")
    let reason = GenomeError.Reason.imageShrunkToNothing(stride: 2)
    let four = TensorShape(height: 4, width: 3, channels: 1)
    #expect(throws: GenomeError(place: .block(1), reason: reason)) {
      try genome.graph(input: four, classes: 10)
    }
    let five = TensorShape(height: 5, width: 3, channels: 1)
    #expect(try genome.graph(input: five, classes: 10).output.channels == 10)
    #expect(
      try genome.graph(
        input: four, classes: 10, variant: .proxy(unstridedBlocks: [0], unstridedStem: false)
      ).output.channels == 10)
  }

  @Test func refusedClassesAndInputs() throws {
    let genome = try Genome(blockNotation: "stem8_s1 r1_k3_s1_e1_o8 head32")
    #expect(throws: GenomeError.self) { try genome.graph(input: image, classes: 0) }
    let empty = TensorShape(height: 0, width: 3, channels: 1)
    #expect(throws: GraphError.self) { try genome.graph(input: empty, classes: 2) }
  }
}
