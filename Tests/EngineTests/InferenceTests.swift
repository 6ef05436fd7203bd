import Architectures
import Kernels
import Randomness
import Testing

@testable import Engine

@Suite struct InferenceTests {
  /// Sums of a few hundred products in single precision, over up to 20 layers, and folded
  /// weights that are rounded once: relative to the largest output.
  static let tolerance = 1e-5

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func everyOperationEqualsItsDefinition(_ instructionSet: InstructionSet) throws {
    let kernels = try #require(KernelSet.named(instructionSet))
    for graph in try InferenceSamples.operations() {
      try expectDefinition(graph, kernels)
    }
  }

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func randomGenomesEqualTheirDefinition(_ instructionSet: InstructionSet) throws {
    let kernels = try #require(KernelSet.named(instructionSet))
    for index in 0..<3 {
      try expectDefinition(try InferenceSamples.network(index), kernels)
    }
  }

  private func expectDefinition(_ graph: NetworkGraph, _ kernels: KernelSet) throws {
    let weights = InferenceSamples.weights(graph)
    let images = InferenceSamples.images(2, graph)
    let network = try InferenceNetwork(
      graph: graph, weights: weights, kernels: kernels, batchSize: 2)
    _ = network.inputBuffer.update(fromContentsOf: images)
    network.run()
    let size = graph.input.elementCount
    let definition = PlainForward(graph: graph, weights: weights)
    let expected = definition(Array(images[..<size])) + definition(Array(images[size...]))
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let error = zip(network.logits, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    #expect(error <= Self.tolerance * scale, "\(graph.name) on \(kernels.instructionSet)")
  }

  @Test func aFoldedNetworkEqualsTheTrainingNetwork() throws {
    for index in 0..<4 {
      let graph = try InferenceSamples.network(index)
      let weights = InferenceSamples.weights(graph)
      let images = InferenceSamples.images(5, graph)
      let training = try TrainingNetwork(
        graph: graph, weights: weights, batchSize: 5,
        options: TrainingOptions(random: RandomStream(seed: 1)))
      _ = training.inputBuffer.update(fromContentsOf: images)
      training.forward(images: 5, isTraining: false)
      let network = try InferenceNetwork(graph: graph, weights: weights, batchSize: 5)
      _ = network.inputBuffer.update(fromContentsOf: images)
      network.run()
      let scale = training.logits.reduce(0) { max($0, abs($1)) }
      let error = zip(network.logits, training.logits).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error <= Float(Self.tolerance) * scale, "\(graph.name)")
    }
  }

  @Test func threadsChangeNoBit() throws {
    let pools = try [2, 3].map { try WorkerPool(threads: $0) }
    let graphs =
      try InferenceSamples.operations() + (0..<3).map { try InferenceSamples.network($0) }
    for graph in graphs {
      let alone = try logits(graph, pool: nil, images: 1)
      #expect(alone.allSatisfy { Float(bitPattern: $0).isFinite })
      for pool in pools {
        #expect(try logits(graph, pool: pool, images: 1) == alone, "\(graph.name)")
        #expect(try logits(graph, pool: pool, images: 3) == logits(graph, pool: nil, images: 3))
      }
    }
  }

  private func logits(_ graph: NetworkGraph, pool: WorkerPool?, images: Int) throws -> [UInt32] {
    let network = try InferenceNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), pool: pool, batchSize: 3)
    _ = network.inputBuffer.update(fromContentsOf: InferenceSamples.images(3, graph))
    network.run(images: images)
    return network.logits.prefix(images * graph.output.elementCount).map(\.bitPattern)
  }

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func expansionsInBandsChangeNoBit(_ instructionSet: InstructionSet) throws {
    let kernels = try #require(KernelSet.named(instructionSet))
    let pool = try WorkerPool(threads: 3)
    for stride in [1, 2] {
      for isDilated in [false, true] {
        let graph = try Genome(
          stem: .init(channels: 12, stride: 1),
          blocks: [
            Block(
              kernels: [3, 5], isDilated: isDilated, expandGroups: 2, stride: stride, expansion: 3,
              outputChannels: 16, squeezeExcitationRatio: 0.5, activation: .swish),
            Block(kernels: [3], expansion: 4, outputChannels: 16, activation: .relu),
          ],
          head: .init(channels: 20, dropout: 0)
        ).graph(input: TensorShape(height: 53, width: 23, channels: 3), classes: 4)
        func logits(_ nearFloats: Int, pool: WorkerPool? = nil) throws -> [UInt32] {
          let network = try InferenceNetwork(
            graph: graph, weights: InferenceSamples.weights(graph), kernels: kernels, pool: pool,
            batchSize: 2, nearFloats: nearFloats)
          #expect(network.stepNodes.contains { $0.count == 2 } == (nearFloats < .max))
          _ = network.inputBuffer.update(fromContentsOf: InferenceSamples.images(2, graph))
          network.run()
          return network.logits.map(\.bitPattern)
        }
        let whole = try logits(.max)
        #expect(whole.allSatisfy { Float(bitPattern: $0).isFinite })
        // The first allows only the lowest of bands.
        for nearFloats in [6_000, 12_000, 20_000] {
          #expect(try logits(nearFloats) == whole)
          #expect(try logits(nearFloats, pool: pool) == whole)
        }
      }
    }
  }

  @Test func runsRepeatAndLeaveTheInputAlone() throws {
    let graph = try InferenceSamples.network(1)
    let network = try InferenceNetwork(graph: graph, weights: InferenceSamples.weights(graph))
    let image = InferenceSamples.images(1, graph)
    _ = network.inputBuffer.update(fromContentsOf: image)
    network.run()
    let first = Array(network.logits)
    network.run()
    #expect(Array(network.logits) == first)
    #expect(Array(network.inputBuffer) == image)
  }

  @Test(arguments: [1, 2]) func stepTimesAreTheShortestOfEachStep(threads: Int) throws {
    let graph = try InferenceSamples.network(0)
    let network = try InferenceNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), pool: WorkerPool(threads: threads))
    var readings = 0
    // Each step takes from one reading to the next, two seconds in the first run and then one.
    let times = network.stepTimes(runs: 2) {
      defer { readings += 1 }
      return .seconds(readings <= network.stepNodes.count ? 2 * readings : readings)
    }
    #expect(times == network.stepNodes.map { _ in .seconds(1) })
    #expect(network.stepNodes.first == ["stem.convolution"])
    #expect(network.stepNodes.last == ["classifier.dense"])
  }

  @Test func imagesOfABatchDoNotTouchEachOther() throws {
    let graph = try InferenceSamples.network(2)
    let weights = InferenceSamples.weights(graph)
    let images = InferenceSamples.images(3, graph)
    let size = graph.input.elementCount
    let network = try InferenceNetwork(graph: graph, weights: weights, batchSize: 3)
    _ = network.inputBuffer.update(fromContentsOf: images)
    network.run()
    let together = Array(network.logits)
    let single = try InferenceNetwork(graph: graph, weights: weights)
    for image in 0..<3 {
      _ = single.inputBuffer.update(
        fromContentsOf: images[image * size..<(image + 1) * size])
      single.run()
      #expect(Array(single.logits) == Array(together[image * 10..<(image + 1) * 10]))
    }
  }
}

@Suite struct FusionTests {
  @Test func aBlockTakesOneStepALayer() throws {
    let genome = Genome(
      stem: .init(channels: 16, stride: 1),
      blocks: [
        Block(
          kernels: [3, 5], expansion: 3, outputChannels: 16, squeezeExcitationRatio: 0.5)
      ],
      head: .init(channels: 32, dropout: 0.5))
    let graph = try genome.graph(
      input: TensorShape(height: 8, width: 8, channels: 3), classes: 4)
    let steps = FusionPlan(graph, nearFloats: .max).steps
    // Stem, expand, depthwise, squeeze pool, reduce, expand, project with the gate and the sum,
    // head, pool, dense.
    #expect(steps.count == 10)
    let project = try #require(steps.first { $0.hasResidual })
    #expect(graph.nodes[project.node].name == "blocks.0.project.convolution")
    #expect(graph.nodes[project.output].name == "blocks.0.add")
    #expect(project.inputs.count == 2)
    #expect(graph.nodes[project.inputs[1]].name == "stem.activation")
    let gate = try #require(project.gate)
    #expect(graph.nodes[gate].name == "blocks.0.squeeze-excitation.gate")
    // The head is no depthwise layer.
    let pooled = steps.filter { $0.pool != nil }
    #expect(pooled.map { graph.nodes[$0.node].name } == ["blocks.0.depthwise.convolution"])
    let pool = try #require(pooled.first?.pool)
    #expect(graph.nodes[pool].name == "blocks.0.squeeze-excitation.pool")
  }

  @Test func aLargeExpansionJoinsTheDepthwiseLayerBehindIt() throws {
    let genome = Genome(
      stem: .init(channels: 16, stride: 1),
      blocks: [Block(kernels: [3, 5], expansion: 3, outputChannels: 24)],
      head: .init(channels: 32, dropout: 0))
    let graph = try genome.graph(
      input: TensorShape(height: 32, width: 8, channels: 3), classes: 4)
    func names(_ nearFloats: Int) -> [[String]] {
      FusionPlan(graph, nearFloats: nearFloats).steps.map { step in
        step.nodes.map { graph.nodes[$0].name }
      }
    }
    let (expand, depthwise) = ("blocks.0.expand.convolution", "blocks.0.depthwise.convolution")
    let values = 32 * 8 * 48
    #expect(names(values).contains([expand]))
    #expect(names(values - 1).contains([expand, depthwise]))
    #expect(names(values - 1).count == names(values).count - 1)
    // A band of four rows, for which five taps read eight of the 32, may take nine fifths.
    #expect(names((8 * 8 * 48 * 5 + 8) / 9).contains([expand, depthwise]))
    #expect(names(8 * 8 * 48 * 5 / 9).contains([depthwise]))
    let plan = FusionPlan(graph, nearFloats: values - 1)
    let step = try #require(plan.steps.first { $0.expansion != nil })
    #expect(step.inputs.map { graph.nodes[$0].name } == ["stem.activation"])
    #expect(step.expansion?.layer.activation == .relu)
  }

  @Test func rowsAreSummedUpForOnePool() throws {
    let graph = try #require(
      InferenceSamples.operations().first { $0.name == "two pools of a depthwise layer" })
    let steps = FusionPlan(graph, nearFloats: .max).steps
    #expect(steps.count == 5)
    #expect(steps.map { $0.pool.map { graph.nodes[$0].name } } == ["pool", nil, nil, nil, nil])
  }

  @Test func aSumTakesInOneOfTwoLayers() throws {
    let graph = try #require(
      InferenceSamples.operations().first { $0.name == "sum of two layers" })
    let steps = FusionPlan(graph, nearFloats: .max).steps
    // Two convolutions, of which the first to come adds the other, then x + x with activation.
    #expect(steps.count == 3)
    #expect(steps.filter(\.hasResidual).count == 1)
    #expect(steps[2].layer.activation == .hardSigmoid)
  }

  @Test func whatOthersReadIsNotAbsorbed() throws {
    let graph = try #require(
      InferenceSamples.operations().first { $0.name == "normalized twice, read in between" })
    let steps = FusionPlan(graph, nearFloats: .max).steps
    #expect(steps.count == 4)
    #expect(steps.allSatisfy { $0.layer.normalization == nil })
  }
}

@Suite struct ExpansionBandsTests {
  private func layout(
    height: Int = 40, kernel: Int = 5, stride: Int = 1, dilation: Int = 1
  ) -> DepthwiseLayout {
    let reach = (kernel - 1) * dilation / 2
    return DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: height, width: 10, channels: 8, outputHeight: (height + stride - 1) / stride,
        outputWidth: (10 + stride - 1) / stride, stride: stride),
      groups: [
        DepthwiseChannelGroup(
          channels: 8, kernel: kernel, dilation: dilation, padTop: reach, padLeft: reach)
      ], vectorWidth: 8)
  }

  @Test func bandsAreAsHighAsFitsAndAboutEqual() throws {
    // 16 of the 40 input rows fit, which are read for 12 rows: four bands, of 10.
    let bands = try #require(ExpansionBands(layout(), nearFloats: 16 * 80))
    #expect(bands.rows == 10)
    #expect(bands.inputRows == 14)
    // With a stride of 2, they are read for 6 of 20 rows.
    let strided = try #require(ExpansionBands(layout(stride: 2), nearFloats: 16 * 80))
    #expect(strided.rows == 6)
    #expect(strided.inputRows == 15)
  }

  /// A thread's share can begin at any row.
  @Test func noBandReadsMoreRowsThanThereIsRoomFor() throws {
    for height in 9..<30 {
      for stride in [1, 2] {
        for kernel in [2, 3, 4, 7] {
          let layout = layout(height: height, kernel: kernel, stride: stride)
          let outputHeight = layout.geometry.outputHeight
          for nearFloats in [(height - 1) * 80, 5 * 80, 6 * 80] {
            guard let bands = ExpansionBands(layout, nearFloats: nearFloats) else { continue }
            for first in 0..<outputHeight {
              let rows = first..<min(first + bands.rows, outputHeight)
              #expect(layout.inputRows(of: rows).count <= bands.inputRows)
            }
          }
        }
      }
    }
  }

  @Test func valuesThatAreNearOrBandsThatOverlapMostlyHaveNone() {
    #expect(ExpansionBands(layout(), nearFloats: 40 * 80) == nil)
    #expect(ExpansionBands(layout(kernel: 9, dilation: 2), nearFloats: 30 * 80) == nil)
    // Four output rows read eight input rows, which may take nine fifths, of four times as many.
    #expect(ExpansionBands(layout(), nearFloats: 356)?.rows == 4)
    #expect(ExpansionBands(layout(), nearFloats: 355) == nil)
    #expect(ExpansionBands(layout(height: 32), nearFloats: 356)?.rows == 4)
    #expect(ExpansionBands(layout(height: 31), nearFloats: 356) == nil)
    // Ten rows for each of four threads, and not enough for each of eleven.
    #expect(ExpansionBands(layout(), nearFloats: 16 * 80, parts: 4)?.rows == 10)
    #expect(ExpansionBands(layout(), nearFloats: 16 * 80, parts: 11) == nil)
  }
}

@Suite struct FetchPlanTests {
  private func product(weights: Int, count: Int) -> MatrixProduct {
    MatrixProduct(
      kernels: KernelSet.current.pointwise,
      blocks: [
        MatrixBlock(
          inputChannel: 0, inputs: 1, outputChannel: 0, outputs: count, weights: weights,
          weightCount: count)
      ], inputChannels: 1, outputChannels: count, bias: nil, activation: .identity)
  }

  @Test func productsFetchUpToWhereTheNextBegins() {
    var plan = FetchPlan(constants: 1_100_000)
    var last = product(weights: 100_000, count: 600_000)
    plan.add(to: &last, rows: 49)
    // A megabyte behind its own.
    #expect(last.blocks[0].fetchedFloats == 600_000 + 262_144)
    var single = product(weights: 60_000, count: 40_000)
    plan.add(to: &single, rows: 1)
    #expect(single.blocks[0].fetchedFloats == 0)
    var first = product(weights: 1_000, count: 50_000)
    plan.add(to: &first, rows: 196)
    // The single row's weights and the head of the last product's.
    #expect(first.blocks[0].fetchedFloats == 100_000 + 16_384 - 1_000)
  }
}
