import Architectures
import Randomness

@testable import Engine

/// Graphs and weights that the inference tests run.
enum InferenceSamples {
  /// Small graphs that between them hold every operation, alone and in every combination that
  /// is fused, with channel counts below, at and beyond a vector.
  static func operations() throws -> [NetworkGraph] {
    try [
      SampleBuilder.graph("stem", 11, 3) { (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 17, kernel: Extent(3), stride: Extent(2))), x, .swish)
      },
      SampleBuilder.graph("grouped, asymmetric, dilated, biased", 9, 5) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 8, kernel: Extent(height: 1, width: 3), stride: Extent(1),
              dilation: Extent(height: 1, width: 2), groups: 2, padding: .symmetric(Extent(1)),
              hasBias: true)), named: "convolution", [x])
      },
      SampleBuilder.graph("pointwise, grouped unevenly", 6, 19) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 37, kernel: Extent(1), groups: 3, hasBias: true)), x, .hardSwish)
      },
      SampleBuilder.graph("strided pointwise", 7, 16) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 20, kernel: Extent(1), stride: Extent(2))), named: "convolution", [x])
      },
      SampleBuilder.graph("convolution that is depthwise", 8, 18) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 18, kernel: Extent(3), stride: Extent(2), groups: 18, hasBias: true)),
          x, .relu6)
      },
      SampleBuilder.graph("mixed depthwise", 12, 40) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.normalized(
          .mixedDepthwise(
            MixedDepthwise(groups: [
              .init(kernel: 3, channels: 20), .init(kernel: 5, channels: 12),
              .init(kernel: 3, dilation: 3, channels: 8),
            ])), x, .swish)
      },
      SampleBuilder.graph("mixed depthwise, strided, centered", 13, 21) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.normalized(
          .mixedDepthwise(
            MixedDepthwise(
              groups: [.init(kernel: 3, channels: 7), .init(kernel: 9, channels: 14)], stride: 2,
              padding: .centered)), x, nil)
      },
      SampleBuilder.graph("residuals", 5, 24) { (builder: inout SampleBuilder, x: inout Int) in
        let input = x
        x = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 24, kernel: Extent(3))), x, .relu)
        x = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 24, kernel: Extent(1), groups: 2)), x, nil)
        x = try builder.add(.add, named: "add", [x, input])
        x = try builder.add(.activation(.relu), named: "after", [x])
        let second = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 24, kernel: Extent(3), groups: 3)), x, nil)
        x = try builder.add(.add, named: "second.add", [x, second])
        let depthwise = try builder.normalized(
          .convolution(Convolution(outputChannels: 24, kernel: Extent(3), groups: 24)), x, nil)
        x = try builder.add(.add, named: "third.add", [x, depthwise])
      },
      SampleBuilder.graph("sum of two layers", 5, 8) {
        (builder: inout SampleBuilder, x: inout Int) in
        let a = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 12, kernel: Extent(1))), x, nil)
        let b = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 12, kernel: Extent(3))), x, nil)
        x = try builder.add(.add, named: "add", [a, b])
        x = try builder.add(.add, named: "twice", [x, x])
        x = try builder.add(.activation(.hardSigmoid), named: "after", [x])
      },
      SampleBuilder.graph("activation before a sum", 4, 9) {
        (builder: inout SampleBuilder, x: inout Int) in
        let a = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 9, kernel: Extent(1))), x, .swish)
        x = try builder.add(.add, named: "add", [x, a])
        x = try builder.add(.activation(.sigmoid), named: "after", [x])
      },
      SampleBuilder.graph("batch norm first", 6, 10) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.add(.batchNormalization(BatchNormalization()), named: "normalization", [x])
        x = try builder.add(.activation(.relu), named: "activation", [x])
        x = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 6, kernel: Extent(3))), named: "convolution", [x])
        x = try builder.add(.concatenate, named: "concatenate", [0, x])
        x = try builder.add(.activation(.relu), named: "last", [x])
      },
      SampleBuilder.graph("normalized twice, read in between", 4, 8) {
        (builder: inout SampleBuilder, x: inout Int) in
        let convolution = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 8, kernel: Extent(1))), named: "convolution", [x])
        let a = try builder.add(.batchNormalization(.init()), named: "a", [convolution])
        let b = try builder.add(.batchNormalization(.init()), named: "b", [convolution])
        x = try builder.add(.multiply, named: "multiply", [a, b])
      },
      SampleBuilder.graph("squeeze and excitation", 7, 33) {
        (builder: inout SampleBuilder, x: inout Int) in
        let image = x
        x = try builder.add(.globalAveragePool, named: "pool", [x])
        x = try builder.normalized(
          .convolution(
            Convolution(
              outputChannels: 5, kernel: Extent(1), hasBias: true)), x, .swish)
        x = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 33, kernel: Extent(1), hasBias: true)), named: "expand", [x])
        x = try builder.add(.activation(.sigmoid), named: "gate", [x])
        x = try builder.add(.multiply, named: "scale", [image, x])
      },
      SampleBuilder.graph("two pools of a depthwise layer", 9, 22) {
        (builder: inout SampleBuilder, x: inout Int) in
        let depthwise = try builder.add(
          .mixedDepthwise(
            MixedDepthwise(groups: [
              .init(kernel: 3, channels: 10), .init(kernel: 5, channels: 12),
            ])), named: "depthwise", [x])
        let dropped = try builder.add(.dropout(rate: 0.3), named: "dropout", [depthwise])
        let a = try builder.add(.globalAveragePool, named: "pool", [dropped])
        let b = try builder.add(.globalAveragePool, named: "other.pool", [depthwise])
        x = try builder.add(.multiply, named: "scale", [depthwise, a])
        x = try builder.add(.multiply, named: "other.scale", [x, b])
      },
      SampleBuilder.graph("pools", 11, 6) { (builder: inout SampleBuilder, x: inout Int) in
        let a = try builder.add(
          .pool(
            Pool(
              kind: .maximum, kernel: Extent(3), stride: Extent(2),
              padding: .symmetric(Extent(1)))), named: "maximum", [x])
        let b = try builder.add(
          .pool(
            Pool(
              kind: .average, kernel: Extent(3), stride: Extent(2))), named: "average", [x])
        let c = try builder.add(
          .pool(
            Pool(
              kind: .maximum, kernel: Extent(2), stride: Extent(2), padding: .valid,
              roundsUp: true)), named: "rounded", [x])
        x = try builder.add(.concatenate, named: "concatenate", [a, b, c, a])
        x = try builder.add(.channelShuffle(groups: 3), named: "shuffle", [x])
        x = try builder.add(.slice(channels: 4..<19), named: "slice", [x])
      },
      SampleBuilder.graph("classifier", 3, 300, width: 3) {
        (builder: inout SampleBuilder, x: inout Int) in
        x = try builder.add(.globalAveragePool, named: "pool", [x])
        x = try builder.add(.dropout(rate: 0.3), named: "dropout", [x])
        x = try builder.add(.dense(Dense(units: 261)), named: "dense", [x])
        x = try builder.add(.batchNormalization(.init()), named: "normalization", [x])
        x = try builder.add(.dropout(rate: 0.3), named: "last", [x])
      },
    ]
  }

  /// A random genome's network on images of 16 × 13 pixels.
  static func network(_ index: Int) throws -> NetworkGraph {
    var random = RandomStream(seed: 41).substream("genome", index)
    func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }
    let blocks = (0..<3 + random.below(2)).map { _ in
      Block(
        kernels: pick([[3], [5], [3, 5], [3, 5, 7], [3, 5, 7, 9]]),
        split: pick(ChannelSplit.allCases), isDilated: pick([true, false, false]),
        expandGroups: pick([1, 2]), projectGroups: pick([1, 2, 3]), stride: pick([1, 1, 2]),
        expansion: pick([1, 3, 4]), outputChannels: pick([16, 24, 24, 30]),
        squeezeExcitationRatio: pick([0, 0.25, 0.5]), activation: pick(Activation.allCases))
    }
    let genome = Genome(
      stem: .init(channels: pick([16, 24]), stride: pick([1, 2])), blocks: blocks,
      head: .init(channels: 70, dropout: 0.2))
    return try genome.graph(
      name: "genome \(index)", input: TensorShape(height: 16, width: 13, channels: 3),
      classes: 10)
  }

  /// Random weights, in which batch norm and biases do something.
  static func weights(_ graph: NetworkGraph, seed: UInt64 = 5) -> NetworkWeights {
    let random = RandomStream(seed: seed)
    var weights = NetworkWeights(graph: graph, random: random)
    for (index, tensor) in weights.tensors.enumerated() where tensor.role != .weight {
      var stream = random.substream(tensor.name, 1)
      let isScale = tensor.role == .gamma || tensor.role == .runningVariance
      weights.replace(
        index,
        with: (0..<tensor.count).map { _ in
          isScale ? 0.5 + stream.uniform() : 0.3 * stream.normal()
        })
    }
    return weights
  }

  static func images(_ count: Int, _ graph: NetworkGraph, seed: UInt64 = 6) -> [Float] {
    var random = RandomStream(seed: seed)
    return (0..<count * graph.input.elementCount).map { _ in random.normal() }
  }
}

/// A graph builder that knows the usual layer.
struct SampleBuilder {
  var builder: GraphBuilder

  /// A graph of images that are no squares: sides that are mixed up must show.
  ///
  /// - Parameter width: nil for somewhat more than the height.
  static func graph(
    _ name: String, _ height: Int, _ channels: Int, width: Int? = nil,
    _ body: (inout SampleBuilder, inout Int) throws -> Void
  ) throws -> NetworkGraph {
    var builder = SampleBuilder(
      builder: GraphBuilder(
        name: name,
        input: TensorShape(height: height, width: width ?? height + 2, channels: channels)))
    var end = builder.builder.input
    try body(&builder, &end)
    return builder.builder.graph()
  }

  mutating func add(_ operation: Operation, named name: String, _ inputs: [Int]) throws -> Int {
    try builder.add(operation, named: name, inputs)
  }

  /// The operation, batch norm and an activation, under names of their own.
  mutating func normalized(
    _ operation: Operation, _ input: Int, _ activation: Activation?
  ) throws -> Int {
    let path = "layer\(builder.last)"
    var end = try add(operation, named: path + ".convolution", [input])
    end = try add(.batchNormalization(.init()), named: path + ".normalization", [end])
    if let activation {
      end = try add(.activation(activation), named: path + ".activation", [end])
    }
    return end
  }
}
