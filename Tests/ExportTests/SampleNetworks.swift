import Architectures
import Engine
import Randomness
import WeightFiles

@testable import Export

/// Networks that the tests of exporters write.
enum SampleNetworks {
  /// Genomes drawn at random, with images of odd and even sizes. Together they hold every gene
  /// in every form, which `SampleNetworkTests` proves.
  static func genomes() throws -> [ExportedNetwork] {
    var random = RandomStream(seed: 20)
    return try (0..<10).map { index in
      let side = [17, 24, 21, 32, 19][index % 5]
      let file = ArchitectureFile(
        name: "genome-\(index)",
        input: TensorShape(height: side, width: side, channels: index % 2 == 0 ? 3 : 1),
        classes: 7, genome: Genome.sample(&random))
      return try network(
        graph: try file.graph(), NetworkMetadata(architecture: .genome(file)), seed: UInt64(index))
    }
  }

  /// The operations that no genome has, in images that are not square.
  static func operations() throws -> ExportedNetwork {
    var builder = GraphBuilder(
      name: "operations", input: TensorShape(height: 15, width: 20, channels: 4))
    func add(_ operation: Operation, _ name: String, _ inputs: Int...) throws -> Int {
      try builder.add(operation, named: name, inputs)
    }
    let stem = try add(
      .convolution(
        Convolution(
          outputChannels: 12, kernel: Extent(height: 3, width: 5),
          stride: Extent(height: 2, width: 1), padding: .symmetric(Extent(1)))),
      "stem.convolution", builder.input)
    let normalized = try add(
      .batchNormalization(BatchNormalization(epsilon: 1e-5, momentum: 0.9)),
      "stem.normalization", stem)
    let even = try add(
      .convolution(
        Convolution(
          outputChannels: 10, kernel: Extent(4), dilation: Extent(2), groups: 2, hasBias: true)),
      "even", normalized)
    let centered = try add(
      .mixedDepthwise(
        MixedDepthwise(
          groups: [
            .init(kernel: 1, channels: 2), .init(kernel: 7, channels: 7),
            .init(kernel: 3, dilation: 2, channels: 3),
          ], stride: 2, padding: .centered)), "branch.mixed", normalized)
    let strided = try add(
      .convolution(
        Convolution(
          outputChannels: 12, kernel: Extent(4), stride: Extent(2), groups: 12, hasBias: true)),
      "branch.strided", normalized)
    let gate = try add(.activation(.hardSigmoid), "branch.gate", centered)
    let product = try add(.multiply, "branch.product", strided, gate)
    let maximum = try add(
      .pool(
        Pool(
          kind: .maximum, kernel: Extent(3), stride: Extent(2), padding: .symmetric(Extent(1)))),
      "pools.0", even)
    let average = try add(
      .pool(Pool(kind: .average, kernel: Extent(3), stride: Extent(2))), "pools.1", even)
    let all = try add(.concatenate, "pools.2", maximum, product, average)
    let shuffled = try add(.channelShuffle(groups: 4), "mix.shuffle", all)
    let sliced = try add(.slice(channels: 3..<29), "mix.slice", shuffled)
    let uneven = try add(
      .convolution(Convolution(outputChannels: 23, kernel: Extent(1), groups: 4, hasBias: true)),
      "mix.uneven", sliced)
    // A batch norm that nothing can take in, since two read what is before it.
    let lone = try add(.batchNormalization(BatchNormalization()), "mix.normalization", uneven)
    let sum = try add(.add, "mix.sum", uneven, lone)
    let rounded = try add(
      .pool(
        Pool(
          kind: .average, kernel: Extent(2), stride: Extent(3), padding: .symmetric(Extent(1)),
          roundsUp: true)), "tail.average", sum)
    let same = try add(
      .pool(Pool(kind: .maximum, kernel: Extent(2), stride: Extent(2))), "tail.maximum", rounded)
    let pooled = try add(.globalAveragePool, "classifier.pool", same)
    let hidden = try add(.dense(Dense(units: 9, hasBias: false)), "classifier.hidden", pooled)
    let active = try add(.activation(.hardSwish), "classifier.activation", hidden)
    let dropped = try add(.dropout(rate: 0.3), "classifier.dropout", active)
    _ = try add(.dense(Dense(units: 5)), "classifier.dense", dropped)
    return try network(
      graph: builder.graph(),
      NetworkMetadata(
        architecture: .reference(
          .init(
            network: "operations", input: builder.shape(of: builder.input), classes: 5)),
        normalization: .init(
          mean: [0.1, 0.2, 0.3, 0.4], deviation: [1, 0.5, 0.25, 0.125],
          batch: BatchNormalization(epsilon: 1e-5, momentum: 0.9)),
        data: "0123", classNames: ["a", "b\"", "c\\", "d\n", "é"]),
      seed: 99)
  }

  static func network(
    graph: NetworkGraph, _ metadata: NetworkMetadata, seed: UInt64
  ) throws -> ExportedNetwork {
    var stream = RandomStream(seed: seed)
    // Uniform, since normal draws take long without optimisation.
    func spread(_ deviation: Double) -> Float {
      (2 * stream.uniform() - 1) * Float(3.0.squareRoot() * deviation)
    }
    var values: [Float] = []
    for tensor in graph.parameterTensors {
      switch (tensor.role, tensor.initialization) {
      case (.weight, .normal(let runs)):
        for run in runs { for _ in 0..<run.count { values.append(spread(run.deviation)) } }
      case (.weight, _):
        for _ in 0..<tensor.count { values.append(spread(0.1)) }
      case (.runningVariance, _):
        for _ in 0..<tensor.count { values.append(0.5 + stream.uniform()) }
      case (.gamma, _):
        for _ in 0..<tensor.count { values.append(1 + spread(0.2)) }
      default:
        for _ in 0..<tensor.count { values.append(spread(0.2)) }
      }
    }
    let weights = NetworkWeights(graph: graph, values: values)
    return ExportedNetwork(graph: graph, weights: weights, metadata: metadata, version: "0.0.0")
  }

  /// The network with the running statistics that its images give, so that logits stay of the
  /// usual size however deep it is.
  static func calibrated(
    _ network: ExportedNetwork, rebuild: (BatchNormalization) throws -> NetworkGraph
  ) throws -> ExportedNetwork {
    // Without momentum a single step replaces the statistics.
    let settings = network.metadata.normalization
    let graph = try rebuild(BatchNormalization(epsilon: settings.epsilon, momentum: 0))
    let count = 8
    let training = try TrainingNetwork(
      graph: graph, weights: NetworkWeights(graph: graph, values: network.weights.values),
      batchSize: count, options: TrainingOptions(random: RandomStream(seed: 0)))
    _ = training.inputBuffer.update(fromContentsOf: images(count, network))
    training.forward(images: count, isTraining: true)
    var weights = NetworkWeights(graph: network.graph, values: training.weights.values)
    for (index, tensor) in weights.tensors.enumerated() where tensor.role == .runningVariance {
      // A channel that hardly varies would make every rounding error large.
      let floor = 0.3 * weights[index].reduce(0, +) / Float(tensor.count)
      weights.replace(index, with: weights[index].map { max($0, floor) })
    }
    return ExportedNetwork(
      graph: network.graph, weights: weights, metadata: network.metadata,
      version: network.version)
  }

  /// Normal values, `[count, height, width, channels]`.
  static func images(_ count: Int, _ network: ExportedNetwork) -> [Float] {
    var stream = RandomStream(seed: 5)
    return (0..<count * network.graph.input.elementCount).map { _ in stream.normal() }
  }

  static func logits(_ network: ExportedNetwork, _ images: [Float]) throws -> [Float] {
    let count = images.count / network.graph.input.elementCount
    let inference = try InferenceNetwork(
      graph: network.graph, weights: network.weights, batchSize: count)
    _ = inference.inputBuffer.update(fromContentsOf: images)
    inference.run()
    return Array(inference.logits)
  }
}

extension Genome {
  fileprivate static func sample(_ random: inout RandomStream) -> Genome {
    while true {
      let genome = Genome(
        stem: Stem(
          channels: random.pick([6, 8, 12]), kernel: random.pick([3, 5]),
          stride: random.pick([1, 2]), activation: random.pick(Activation.allCases)),
        blocks: (0..<4).map { _ in Block.sample(&random) },
        head: Head(
          channels: 40, activation: random.pick(Activation.allCases),
          dropout: random.pick([0, 0.2])))
      if (try? genome.validate()) != nil { return genome }
    }
  }
}

extension Block {
  fileprivate static func sample(_ random: inout RandomStream) -> Block {
    Block(
      kernels: random.pick([[3], [5], [3, 5], [3, 7], [3, 5, 7], [3, 5, 7, 9, 11]]),
      split: random.pick(ChannelSplit.allCases), isDilated: random.pick([false, true]),
      expandGroups: random.pick([1, 2, 3]), projectGroups: random.pick([1, 2, 3]),
      stride: random.pick([1, 1, 2]), expansion: random.pick([1, 3, 6]),
      outputChannels: random.pick([8, 12, 15]),
      squeezeExcitationRatio: random.pick([0, 0.25, 0.5]),
      activation: random.pick(Activation.allCases), hasSkip: random.pick([true, true, false]))
  }
}

extension RandomStream {
  fileprivate mutating func pick<Value>(_ values: [Value]) -> Value {
    values[below(values.count)]
  }
}
