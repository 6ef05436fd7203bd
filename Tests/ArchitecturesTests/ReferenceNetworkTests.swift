import Testing

@testable import Architectures

struct ReferenceNetworkTests {
  struct Figures: Sendable {
    var name: String
    var parameters: Int
    var multiplyAdds: Int
    /// The same at 32×32 with 10 classes, the stem without its stride.
    var small: (parameters: Int, multiplyAdds: Int)?
    /// At 224×224 with 10 classes.
    var tenClasses: (parameters: Int, multiplyAdds: Int)?
  }

  /// Of the papers' released networks, worked out by another script and held against the weight
  /// counts of other implementations.
  static let figures = [
    Figures(
      name: "mixnet-s", parameters: 4_134_606, multiplyAdds: 239_173_360,
      small: (2_612_976, 20_118_400), tenClasses: (2_612_976, 237_652_720)),
    Figures(
      name: "mixnet-m", parameters: 5_014_382, multiplyAdds: 339_172_672,
      small: (3_492_752, 28_561_792), tenClasses: (3_492_752, 337_652_032)),
    Figures(
      name: "mixnet-l", parameters: 7_329_252, multiplyAdds: 555_251_792,
      small: (5_807_622, 46_939_712), tenClasses: (5_807_622, 553_731_152)),
    Figures(name: "mobilenet-v1", parameters: 4_231_976, multiplyAdds: 568_740_352),
    Figures(name: "mobilenet-v2", parameters: 3_504_872, multiplyAdds: 300_774_272),
    Figures(name: "mobilenet-v3-large", parameters: 5_483_032, multiplyAdds: 216_589_760),
    Figures(name: "mobilenet-v3-small", parameters: 2_542_856, multiplyAdds: 56_510_400),
    Figures(name: "mnasnet-a1", parameters: 3_887_038, multiplyAdds: 311_579_072),
    Figures(name: "efficientnet-b0", parameters: 5_288_548, multiplyAdds: 385_814_752),
    Figures(name: "resnet-50", parameters: 25_557_032, multiplyAdds: 4_089_184_256),
    Figures(name: "resnet-50-v1", parameters: 25_557_032, multiplyAdds: 3_857_973_248),
    Figures(name: "shufflenet-v1-g1", parameters: 1_531_936, multiplyAdds: 143_078_976),
    Figures(name: "shufflenet-v1-g2", parameters: 1_733_848, multiplyAdds: 140_836_512),
    Figures(name: "shufflenet-v1-g3", parameters: 1_865_728, multiplyAdds: 137_460_672),
    Figures(name: "shufflenet-v1-g4", parameters: 1_968_344, multiplyAdds: 134_339_776),
    Figures(name: "shufflenet-v1-g8", parameters: 2_434_768, multiplyAdds: 138_365_952),
  ]

  @Test(arguments: figures)
  func publishedFigures(_ figures: Figures) throws {
    let network = try #require(ReferenceNetwork(named: figures.name))
    let graph = try network.graph()
    #expect(graph.name == figures.name)
    #expect(graph.parameterCount == figures.parameters)
    #expect(graph.multiplyAdds == figures.multiplyAdds)
    #expect(graph.output == TensorShape(height: 1, width: 1, channels: 1000))
  }

  @Test func everyNetworkHasFigures() {
    #expect(Set(Self.figures.map(\.name)) == Set(ReferenceNetwork.all.map(\.name)))
    #expect(Self.figures.count == ReferenceNetwork.all.count)
  }

  @Test(arguments: figures.filter { $0.tenClasses != nil })
  func otherInputsAndClasses(_ figures: Figures) throws {
    let network = try #require(ReferenceNetwork(named: figures.name))
    if let expected = figures.tenClasses {
      let graph = try network.graph(classes: 10)
      #expect(graph.parameterCount == expected.parameters)
      #expect(graph.multiplyAdds == expected.multiplyAdds)
    }
    if let expected = figures.small {
      let input = TensorShape(height: 32, width: 32, channels: 3)
      var genome = try #require(network.genome)
      genome.stem.stride = 1
      let graph = try genome.graph(input: input, classes: 10)
      #expect(graph.parameterCount == expected.parameters)
      #expect(graph.multiplyAdds == expected.multiplyAdds)
      let proxy = try #require(network.genome).graph(
        input: input, classes: 10, variant: .proxy(unstridedBlocks: [], unstridedStem: true))
      #expect(proxy.nodes == graph.nodes)
    }
  }

  /// The layers before the classifier hold the same at any size, and the classes cost a dense
  /// layer.
  @Test(arguments: ReferenceNetwork.all)
  func anySensibleInput(_ network: ReferenceNetwork) throws {
    let usual = try network.graph()
    let dense = try #require(usual.node(named: "classifier.dense"))
    let width = usual.inputShapes(of: dense)[0].channels
    for (side, channels) in [(32, 3), (33, 1), (225, 4)] {
      let graph = try network.graph(
        input: TensorShape(height: side, width: side, channels: channels), classes: 7)
      let stem = 9 * usual.nodes[1].shape.channels * (channels - 3)
      let taps = network.name.hasPrefix("resnet") ? 49 : 9
      #expect(
        graph.parameterCount
          == usual.parameterCount - 993 * (width + 1) + stem * taps / 9)
      #expect(graph.output.channels == 7)
      #expect(graph.nodes.map(\.name) == usual.nodes.map(\.name))
    }
    let wide = try network.graph(input: TensorShape(height: 64, width: 96, channels: 3))
    #expect(wide.parameterCount == usual.parameterCount)
  }

  @Test(arguments: ReferenceNetwork.all)
  func anInputOfTooFewPixels(_ network: ReferenceNetwork) {
    let pixel = TensorShape(height: 1, width: 1, channels: 3)
    #expect(throws: (any Error).self) { try network.graph(input: pixel) }
    for classes in [0, -1, GraphLimits.channels + 1] {
      #expect(throws: (any Error).self) { try network.graph(classes: classes) }
    }
  }

  @Test func tooFewPixelsAreNamed() throws {
    let input = TensorShape(height: 4, width: 4, channels: 3)
    #expect {
      try ReferenceNetwork.mobileNetV1.graph(input: input)
    } throws: {
      "\($0)" == "blocks.3.depthwise.convolution: has a stride on an image of one pixel; use a "
        + "larger input"
    }
  }

  @Test(arguments: ReferenceNetwork.all)
  func normalizationIsPublishedOrAskedFor(_ network: ReferenceNetwork) throws {
    func normalizations(_ graph: NetworkGraph) -> Set<BatchNormalization> {
      Set(
        graph.nodes.compactMap { node in
          if case .batchNormalization(let normalization) = node.operation {
            normalization
          } else {
            nil
          }
        })
    }
    #expect(normalizations(try network.graph()) == [network.normalization])
    let other = BatchNormalization(epsilon: 0.01, momentum: 0.5)
    #expect(normalizations(try network.graph(normalization: other)) == [other])
    let graph = try network.architecture.graph(
      name: "other", input: ReferenceNetwork.input, classes: 1000)
    #expect(graph.name == "other")
    #expect(graph.nodes == (try network.graph()).nodes)
  }

  @Test(arguments: [
    ("mixnet-s", MixNetTables.mixNetS), ("mixnet-m", MixNetTables.mixNetM),
    ("mixnet-l", MixNetTables.mixNetL),
  ])
  func everyBlock(name: String, rows: [MixNetTables.Row]) throws {
    let network = try #require(ReferenceNetwork(named: name))
    let graph = try network.graph()
    let blocks = try #require(network.genome).resolvedBlocks()
    try #require(blocks.count == rows.count)
    for (index, (block, row)) in zip(blocks, rows).enumerated() {
      #expect(block.inputChannels == row.inputs)
      #expect(block.expandedChannels == row.expanded)
      #expect(block.outputChannels == row.outputs)
      #expect(block.stride == row.stride)
      #expect(block.expands == (row.groups.expand > 0))
      #expect(block.expandGroups == max(1, row.groups.expand))
      #expect(block.projectGroups == row.groups.project)
      #expect(block.depthwiseGroups.map(\.kernel) == row.kernels)
      #expect(block.depthwiseGroups.map(\.channels) == row.split)
      #expect(block.squeezedChannels == row.squeezed)
      #expect(block.activation == row.activation)
      #expect(block.addsInput == row.addsInput)
      let first = try #require(graph.nodes.firstIndex { $0.name.hasPrefix("blocks.\(index).") })
      #expect(graph.inputShapes(of: first)[0].height == row.side)
      let costs = graph.costs(under: "blocks.\(index)")
      #expect(costs.parameters == row.parameters)
      #expect(costs.multiplyAdds == row.multiplyAdds)
    }
  }

  /// Table 2 of the paper; its 1.19 % for the stem is a slip, the column sums to 99.3 %.
  @Test func sharesOfMobileNetV1() throws {
    let graph = try ReferenceNetwork.mobileNetV1.graph()
    let sums = graph.costsByKind
    let weights = sums.reduce(0) { $0 + $1.weights }
    #expect(weights == 4_209_088)
    let shares = sums.map { sum in
      let shares = [
        Double(sum.multiplyAdds) / Double(graph.multiplyAdds),
        Double(sum.weights) / Double(weights),
      ]
      return "\(sum.kind.rawValue) "
        + shares.map { String(Double(Int($0 * 10_000 + 0.5)) / 100) }.joined(separator: " ")
    }
    #expect(
      shares == [
        "stem 1.91 0.02", "depthwise 3.06 1.06", "pointwise 94.86 74.59", "dense 0.18 24.33",
      ]
    )
  }

  @Test func namesAreDistinct() {
    #expect(Set(ReferenceNetwork.all.map(\.name)).count == ReferenceNetwork.all.count)
    #expect(ReferenceNetwork(named: "MixNet-S") == nil)
    // What help prints takes a line.
    for network in ReferenceNetwork.all { #expect(network.name.count + network.summary.count < 76) }
  }

  @Test func receptiveFieldsOfMobileNetV2() throws {
    // 3 of the stem and 2 * step of each depthwise layer: 2 * (2+2+4+4+3*8+7*16+3*32) = 488.
    let graph = try ReferenceNetwork.mobileNetV2.graph()
    #expect(graph.receptiveField == ReceptiveField(extent: Extent(491), step: Extent(32)))
    #expect(graph.receptiveFields[0] == ReceptiveField(extent: Extent(1), step: Extent(1)))
    #expect(graph.receptiveFields[1] == ReceptiveField(extent: Extent(3), step: Extent(2)))
  }
}
