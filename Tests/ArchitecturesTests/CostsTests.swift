import Testing

@testable import Architectures

struct CostsTests {
  private typealias Run = ParameterTensor.Initialization.Run

  private func root(_ number: Double) -> Double { number.squareRoot() }

  private let image = TensorShape(height: 8, width: 6, channels: 5)

  private func graph(_ operation: Architectures.Operation) throws -> NetworkGraph {
    var builder = GraphBuilder(name: "test", input: image)
    _ = try builder.add(operation, named: "part.layer", [0])
    return builder.graph()
  }

  @Test func convolutionsWithUnevenGroups() throws {
    let convolution = Convolution(
      outputChannels: 7, kernel: Extent(height: 1, width: 3), stride: Extent(2), groups: 2,
      hasBias: true)
    let split = convolution.groupChannels(inputChannels: 5)
    #expect(split.map(\.inputs) == [3, 2])
    #expect(split.map(\.outputs) == [4, 3])
    let graph = try graph(.convolution(convolution))
    // 3 taps * (3*4 + 2*3)
    #expect(graph.parameterCount == 54 + 7)
    #expect(graph.multiplyAdds == 4 * 3 * 54)
    let runs = [Run(count: 36, deviation: root(2 / 12)), Run(count: 18, deviation: root(2 / 9))]
    let weight = ParameterTensor(
      name: "part.layer.weight", node: 1, role: .weight, count: 54, initialization: .normal(runs))
    let bias = ParameterTensor(
      name: "part.layer.bias", node: 1, role: .bias, count: 7, initialization: .zeros)
    #expect(graph.parameterTensors == [weight, bias])
  }

  @Test func neighboringGroupsShareARun() throws {
    let graph = try graph(
      .convolution(Convolution(outputChannels: 5, kernel: Extent(3), groups: 5)))
    let run = Run(count: 45, deviation: root(2 / 9))
    #expect(graph.parameterTensors.map(\.initialization) == [.normal([run])])
  }

  @Test func mixedDepthwise() throws {
    let layer = MixedDepthwise(
      groups: [.init(kernel: 3, channels: 3), .init(kernel: 5, dilation: 2, channels: 2)],
      stride: 2)
    let graph = try graph(.mixedDepthwise(layer))
    #expect(graph.parameterCount == 27 + 50)
    #expect(graph.multiplyAdds == 4 * 3 * 77)
    let runs = [Run(count: 27, deviation: root(2 / 9)), Run(count: 50, deviation: root(2 / 25))]
    #expect(graph.parameterTensors.map(\.initialization) == [.normal(runs)])
  }

  @Test func runningStatisticsAreNotCounted() throws {
    let graph = try graph(.batchNormalization(BatchNormalization()))
    #expect(graph.parameterCount == 10)
    #expect(graph.multiplyAdds == 0)
    #expect(
      graph.parameterTensors.map(\.name) == [
        "part.layer.gamma", "part.layer.beta", "part.layer.running-mean",
        "part.layer.running-variance",
      ])
    #expect(graph.parameterTensors.map(\.initialization) == [.ones, .zeros, .zeros, .ones])
    #expect(graph.parameterTensors.map(\.role.isTrained) == [true, true, false, false])
  }

  @Test func dense() throws {
    var builder = GraphBuilder(name: "test", input: TensorShape(height: 1, width: 1, channels: 6))
    _ = try builder.add(.dense(Dense(units: 16)), named: "dense", [0])
    let graph = builder.graph()
    #expect(graph.parameterCount == 6 * 16 + 16)
    #expect(graph.multiplyAdds == 96)
    #expect(graph.parameterTensors[0].initialization == .uniform(bound: 0.25))
  }

  @Test func sections() throws {
    let graph = try ReferenceNetwork.mixNetS.graph()
    let paths = ["stem", "head", "classifier"] + (0..<16).map { "blocks.\($0)" }
    let sums = paths.map(graph.costs(under:))
    #expect(sums.reduce(0) { $0 + $1.parameters } == graph.parameterCount)
    #expect(sums.reduce(0) { $0 + $1.multiplyAdds } == graph.multiplyAdds)
    // Not that of blocks 10 to 15.
    #expect(graph.costs(under: "blocks.1").parameters == 3216)
    #expect(graph.costs(under: "blocks.3.squeeze-excitation").multiplyAdds == 2 * 144 * 12)
    #expect(graph.costs(under: "blocks.99").parameters == 0)
  }

  /// Weights and multiply-adds by kind, worked out from the released code by another script.
  @Test(arguments: [
    (
      "mixnet-s", [432, 734_688, 223_080, 526_432, 766_656, 307_200, 1_536_000],
      [5_419_008, 109_734_912, 38_989_104, 67_674_880, 766_656, 15_052_800, 1_536_000]
    ),
    (
      "mixnet-m", [648, 1_000_608, 316_576, 729_696, 1_071_744, 307_200, 1_536_000],
      [8_128_512, 148_307_712, 64_758_400, 100_317_504, 1_071_744, 15_052_800, 1_536_000]
    ),
    (
      "mixnet-l", [864, 1_747_680, 418_552, 1_276_960, 1_876_224, 405_504, 1_536_000],
      [10_838_016, 259_002_240, 85_820_560, 176_309_056, 1_876_224, 19_869_696, 1_536_000]
    ),
  ])
  func sharesByKind(name: String, weights: [Int], multiplyAdds: [Int]) throws {
    let kinds: [LayerKind] = [
      .stem, .pointwiseExpand, .depthwise, .pointwiseProject, .squeezeExcitation, .head, .dense,
    ]
    let graph = try #require(ReferenceNetwork(named: name)).graph()
    let sums = graph.costsByKind
    #expect(Set(sums.map(\.kind)) == Set(kinds))
    for (kind, (weights, multiplyAdds)) in zip(kinds, zip(weights, multiplyAdds)) {
      let sum = try #require(sums.first { $0.kind == kind })
      #expect(sum.weights == weights)
      #expect(sum.multiplyAdds == multiplyAdds)
    }
  }

  /// Without the names of a genome's graph, structure tells the kinds apart.
  @Test func kindsOfOtherNetworks() throws {
    var builder = GraphBuilder(name: "test", input: image)
    let stem = try builder.add(
      .convolution(.init(outputChannels: 4, kernel: Extent(3))), named: "a", [0])
    let wide = try builder.add(
      .convolution(.init(outputChannels: 8, kernel: Extent(1))), named: "b", [stem])
    let depthwise = try builder.add(
      .convolution(.init(outputChannels: 8, kernel: Extent(3), groups: 8)), named: "c", [wide])
    let narrow = try builder.add(
      .convolution(.init(outputChannels: 4, kernel: Extent(1))), named: "d", [depthwise])
    let last = try builder.add(
      .convolution(.init(outputChannels: 4, kernel: Extent(3))), named: "e", [narrow])
    let graph = builder.graph()
    #expect(
      (0...last).map(graph.kind(of:)) == [
        nil, .stem, .pointwiseExpand, .depthwise, .pointwiseProject, .convolution,
      ])
  }
}
