import Architectures
import Kernels
import Randomness
import Testing

@testable import Engine

@Suite struct RowBlocksTests {
  @Test func blocksAndChunksCoverEveryRowOnce() {
    for (pixels, floats, images) in [(1, 7, 5), (49, 900, 64), (1024, 128, 64), (12544, 64, 3)] {
      for blocks in [
        RowBlocks(rowsPerImage: pixels, floats: floats),
        RowBlocks(rowsPerImage: pixels, wholeImagesOf: pixels * floats),
      ] {
        var next = 0
        for chunk in 0..<blocks.chunks(images: images) {
          for block in blocks.chunk(chunk, images: images) {
            let rows = blocks.rows(block, images: images)
            #expect(rows.lowerBound == next && !rows.isEmpty)
            #expect(rows.count <= blocks.rowsPerBlock)
            var covered = rows.lowerBound
            blocks.forEachImage(rows) { part, image in
              #expect(part.lowerBound == covered)
              #expect(part.lowerBound / pixels == image && (part.upperBound - 1) / pixels == image)
              covered = part.upperBound
            }
            #expect(covered == rows.upperBound)
            next = rows.upperBound
          }
        }
        #expect(next == images * pixels)
      }
    }
  }

  @Test func twoOrFourThreadsHaveAsMuchToDo() {
    let blocks = RowBlocks(rowsPerImage: 64, wholeImagesOf: 18_000)
    #expect(blocks.imagesPerBlock == 5)
    #expect(blocks.count(images: 64) == 16)
    #expect((0..<16).allSatisfy { blocks.images($0, images: 64).count == 4 })
    #expect(blocks.chunks(images: 64) == 8)
    // Blocks of fewer rows would not be worthwhile: 98 rows make no more than three of 32.
    #expect(RowBlocks(rowsPerImage: 49, floats: 8).count(images: 2) == 2)
    #expect(RowBlocks(rowsPerImage: 49, floats: 8).count(images: 3) == 4)
    let large = RowBlocks(rowsPerImage: 64, wholeImagesOf: 18_000, leastRows: 512)
    #expect(large.count(images: 64) == 8)
    #expect(large.count(images: 24) == 4)
    #expect(large.count(images: 20) == 4)
    #expect(large.count(images: 12) == 2)
    // 16 images of 49 rows in three blocks would leave one of two threads with twice the work.
    let late = RowBlocks(rowsPerImage: 49, wholeImagesOf: 196_000, leastRows: 256)
    #expect(late.count(images: 16) == 4)
    // Sums of 1,024 rows are worth five chunks, of which two threads would have two and three.
    #expect(RowBlocks(rowsPerImage: 16, wholeImagesOf: 18_000).chunks(images: 64) == 4)
    // What can't be cut stays whole.
    #expect(RowBlocks(rowsPerImage: 3_136, wholeImagesOf: 200_000).count(images: 6) == 6)
    #expect(RowBlocks(rowsPerImage: 12_544, bandsPerImage: 7).count(images: 3) == 21)
  }

  /// Memory is made for the largest batch.
  @Test func fewerImagesHaveNoMoreBlocks() {
    for blocks in [
      RowBlocks(rowsPerImage: 49, floats: 900), RowBlocks(rowsPerImage: 1, floats: 7),
      RowBlocks(rowsPerImage: 49, wholeImagesOf: 20_000, leastRows: 256),
      RowBlocks(rowsPerImage: 3_136, bandsPerImage: 4),
    ] {
      for images in 2...80 {
        #expect(blocks.count(images: images - 1) <= blocks.count(images: images))
        #expect(blocks.chunks(images: images - 1) <= blocks.chunks(images: images))
      }
    }
  }

  @Test func aBlocksImagesAreTheSameAtTheInput() {
    let outputs = RowBlocks(rowsPerImage: 49, wholeImagesOf: 20_000)
    let inputs = RowBlocks(rowsPerImage: 196, imagesOf: outputs)
    for images in 1...64 {
      #expect(inputs.count(images: images) == outputs.count(images: images))
      for block in 0..<outputs.count(images: images) {
        #expect(inputs.images(block, images: images) == outputs.images(block, images: images))
      }
    }
  }
}

@Suite struct DeferralPlanTests {
  private func node(_ name: String, in graph: NetworkGraph) throws -> Int {
    try #require(graph.nodes.firstIndex { $0.name == name })
  }

  @Test func aBlockStoresWhatItsConvolutionsWriteAlone() throws {
    let graph = try TrainingSamples.network()
    let plan = DeferralPlan(graph)
    for (index, node) in graph.nodes.enumerated() {
      guard case .batchNormalization = node.operation, !node.name.contains("expand")
      else { continue }
      let normalization = try #require(plan.normalizations[index])
      #expect(normalization.sourceTakesPart, "\(node.name)")
      // The stem's output and that of a block without a skip have two readers or are read by a
      // layer of their own kind.
      if node.name.contains("depthwise") {
        #expect(normalization.isDeferred, "\(node.name)")
      }
    }
  }

  @Test func squeezeAndExcitationIsOneLayerWithTheProjection() throws {
    let graph = try TrainingSamples.network()
    let plan = DeferralPlan(graph)
    #expect(plan.excitations.count == 2)
    for (first, chain) in plan.excitations {
      let value = graph.nodes[first].inputs[0]
      let normalization = try #require(plan.deferred[value].flatMap { plan.normalizations[$0] })
      #expect(normalization.isDeferred && normalization.readerReduces)
      #expect(chain.gate.count == 4)
      #expect(graph.nodes[chain.projection].name.hasSuffix("project.convolution"))
    }
  }

  @Test(
    arguments: [
      ("squeeze-and-excitation in several blocks", 1), ("squeeze-and-excitation in tiles", 1),
      ("squeeze-and-excitation without activation, with bias and a dead branch", 1),
      ("means as factors", 1), ("squeeze-and-excitation in front of an expansion", 0),
      ("a value with six readers", 0),
    ])
  func whatIsSqueezeAndExcitation(name: String, count: Int) throws {
    let graph = try #require(TrainingSamples.graphs().first { $0.name == name })
    #expect(DeferralPlan(graph).excitations.count == count)
  }

  @Test(
    arguments: [
      ("squeeze-and-excitation in tiles", 3), ("squeeze-and-excitation in several blocks", nil),
    ])
  func largeImagesGoBackInTiles(name: String, tiles: Int?) throws {
    let graph = try #require(TrainingSamples.graphs().first { $0.name == name })
    let chain = try #require(DeferralPlan(graph).excitations.values.first)
    let layer = SqueezeExcitationLayer(chain, in: graph) { node in
      LayerSite(
        name: graph.nodes[node].name,
        inputs: graph.nodes[node].inputs.map { graph.nodes[$0].shape },
        output: graph.nodes[node].shape, batchSize: 3, workers: 1, kernels: .current,
        offsets: .init(uniqueKeysWithValues: ParameterTensor.Role.allCases.map { ($0, 0) }))
    }
    #expect(layer.tiles == tiles)
  }

  @Test func anExpansionIsOneLayer() throws {
    let graph = try TrainingSamples.network()
    let plan = DeferralPlan(graph)
    #expect(plan.expansions.count == 3)
    for (first, chain) in plan.expansions {
      let name = graph.nodes[first].name
      #expect(name.hasSuffix("expand.convolution"))
      #expect(plan.normalizations[chain.normalization] == nil, "\(name)")
      #expect(graph.nodes[chain.depthwise].name.hasSuffix("depthwise.convolution"))
      #expect(chain.taken.count == 3 && chain.activation != nil, "\(name)")
    }
    let network = try TrainingNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), batchSize: 2,
      options: TrainingSamples.options())
    let covered = network.layerNames.flatMap { $0 }
    #expect(covered.count == Set(covered).count)
    #expect(Set(covered) == Set(graph.nodes.dropFirst().map(\.name)))
  }

  @Test func whatSeveralLayersReadIsStored() throws {
    let graph = try #require(
      TrainingSamples.graphs().first { $0.name == "a value with six readers" })
    let plan = DeferralPlan(graph)
    #expect(plan.deferred.isEmpty)
    #expect(plan.normalizations.values.allSatisfy { $0.sourceTakesPart && !$0.isDeferred })
  }

  /// Values in front of batch norms are all that is kept, and of those not the expanded ones, so
  /// the arena is smaller than what is kept and its gradients together.
  @Test func deferredValuesTakeNoMemory() throws {
    let graph = try TrainingSamples.network()
    let network = try TrainingNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), batchSize: 64,
      options: TrainingSamples.options())
    let stored = graph.nodes.filter { node in
      if node.name.contains("expand") { return false }
      return if case .batchNormalization = node.operation { false } else { true }
    }
    let bytes = stored.reduce(0) { $0 + 64 * $1.shape.elementCount } * 4
    #expect(network.arenaBytes < bytes)
  }
}

@Suite struct TrainingThreadsTests {
  /// Large enough a batch for every layer to have several blocks, and of the first block for its
  /// squeeze-and-excitation to go in tiles; in the last so many weights that threads share them.
  @Test(arguments: KernelSet.available.map(\.instructionSet).filter { $0 != .reference })
  func theBitsDoNotDependOnTheNumberOfThreads(instructionSet: InstructionSet) throws {
    let genome = Genome(
      stem: .init(channels: 8, stride: 1, activation: .relu),
      blocks: [
        Block(
          kernels: [3, 5], stride: 1, expansion: 4, outputChannels: 8,
          squeezeExcitationRatio: 0.5, activation: .swish),
        Block(
          kernels: [3, 5, 7], expandGroups: 2, stride: 2, expansion: 3, outputChannels: 12,
          squeezeExcitationRatio: 0.25, activation: .relu),
        Block(
          kernels: [3, 5], stride: 2, expansion: 16, outputChannels: 48,
          squeezeExcitationRatio: 2, activation: .swish),
      ],
      head: .init(channels: 24, activation: .hardSwish, dropout: 0.1))
    let graph = try genome.graph(
      name: "threads", input: TensorShape(height: 32, width: 32, channels: 3), classes: 5)
    let kernels = try #require(KernelSet.named(instructionSet))
    let images = 12
    let batch = InferenceSamples.images(images, graph)
    let labels = TrainingSamples.labels(images, classes: 5)
    var digests: Set<String> = []
    for threads in 1...3 {
      let network = try TrainingNetwork(
        graph: graph, weights: InferenceSamples.weights(graph), batchSize: images,
        kernels: kernels, pool: try WorkerPool(threads: threads),
        options: TrainingSamples.options(inputGradient: true))
      var state = OptimizerState(
        .sgd(momentum: 0.9, nesterov: false), weightDecay: 1e-4, for: network)
      network.write(batch, labels)
      for count in [images, images - 1, images] {
        _ = try network.step(images: count, rate: 0.05, &state)
      }
      digests.insert(network.weights.digest)
    }
    #expect(digests.count == 1)
  }
}

@Suite struct ChunkSumsTests {
  /// Counts below and beyond a piece and a thread's share, with a rest.
  @Test(arguments: [1, 1_023, 9_000, 20_001], 1...4)
  func everyFloatIsTheSumOfItsChunksInOrder(count: Int, chunks: Int) throws {
    let (before, behind) = (3, 5)
    let stride = before + count + behind
    let values = (0..<chunks * stride).map { Float($0 * 7919 % 10_007) / 13 - 300 }
    var sums = values
    var result = [Float](repeating: .nan, count: count)
    let pool = try WorkerPool(threads: 2)
    sums.withUnsafeMutableBufferPointer { sums in
      result.withUnsafeMutableBufferPointer { result in
        guard let sums = sums.baseAddress, let result = result.baseAddress else { return }
        let pass = TrainingPass(
          images: 1, isTraining: true, step: 0, parameters: sums, gradients: sums, pool: pool)
        let chunkSums = ChunkSums(
          chunks: chunks, stride: stride, values: sums, kernels: KernelSet.current.elementwise)
        chunkSums.addUp(before..<before + count, into: result, pass)
        chunkSums.addUp(before, pass)
      }
    }
    func sum(_ place: Int) -> Float {
      (1..<max(chunks, 1)).reduce(values[place]) { $0 + values[$1 * stride + place] }
    }
    #expect(result == (0..<count).map { sum(before + $0) })
    #expect(Array(sums[..<before]) == (0..<before).map(sum))
    #expect(Array(sums[before..<stride]) == Array(values[before..<stride]))
  }
}
