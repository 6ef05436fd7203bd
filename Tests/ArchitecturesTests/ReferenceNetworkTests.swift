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
    Figures(name: "mobilenet-v2", parameters: 3_504_872, multiplyAdds: 300_774_272),
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

  @Test(arguments: figures)
  func otherInputsAndClasses(_ figures: Figures) throws {
    let network = try #require(ReferenceNetwork(named: figures.name))
    if let expected = figures.tenClasses {
      let graph = try network.graph(classes: 10)
      #expect(graph.parameterCount == expected.parameters)
      #expect(graph.multiplyAdds == expected.multiplyAdds)
    }
    if let expected = figures.small {
      let input = TensorShape(height: 32, width: 32, channels: 3)
      var genome = network.genome
      genome.stem.stride = 1
      let graph = try genome.graph(input: input, classes: 10)
      #expect(graph.parameterCount == expected.parameters)
      #expect(graph.multiplyAdds == expected.multiplyAdds)
      let proxy = try network.genome.graph(
        input: input, classes: 10, variant: .proxy(unstridedBlocks: [], unstridedStem: true))
      #expect(proxy.nodes == graph.nodes)
    }
  }

  @Test(arguments: [
    ("mixnet-s", MixNetTables.mixNetS), ("mixnet-m", MixNetTables.mixNetM),
    ("mixnet-l", MixNetTables.mixNetL),
  ])
  func everyBlock(name: String, rows: [MixNetTables.Row]) throws {
    let network = try #require(ReferenceNetwork(named: name))
    let graph = try network.graph()
    let blocks = try network.genome.resolvedBlocks()
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

  @Test func namesAreDistinct() {
    #expect(Set(ReferenceNetwork.all.map(\.name)).count == ReferenceNetwork.all.count)
    #expect(ReferenceNetwork(named: "MixNet-S") == nil)
  }

  @Test func receptiveFieldsOfMobileNetV2() throws {
    // 3 of the stem and 2 * step of each depthwise layer: 2 * (2+2+4+4+3*8+7*16+3*32) = 488.
    let graph = try ReferenceNetwork.mobileNetV2.graph()
    #expect(graph.receptiveField == ReceptiveField(extent: Extent(491), step: Extent(32)))
    #expect(graph.receptiveFields[0] == ReceptiveField(extent: Extent(1), step: Extent(1)))
    #expect(graph.receptiveFields[1] == ReceptiveField(extent: Extent(3), step: Extent(2)))
  }
}
