import Architectures
import Kernels
import Randomness

@testable import Engine

/// Graphs that the training tests run, and what goes with them.
enum TrainingSamples {
  /// Those of the inference tests, which hold every operation, and more of what is peculiar to
  /// gradients: values with several readers in every combination of layers that add to a
  /// gradient, replace it, pass it on, or work in place.
  static func graphs() throws -> [NetworkGraph] {
    try InferenceSamples.operations() + activations() + [
      SampleBuilder.graph("skips over skips", 4, 6) { builder, x in
        let stem = x
        for index in 0..<3 {
          let before = x
          x = try builder.normalized(pointwise(6), x, .swish)
          x = try builder.normalized(depthwise(6), x, nil)
          x = try builder.add(.add, named: "add\(index)", [x, before])
        }
        x = try builder.add(.add, named: "last", [stem, x])
      },
      SampleBuilder.graph("a value with six readers", 4, 4) { builder, x in
        let value = try builder.normalized(pointwise(4), x, .swish)
        let a = try builder.add(depthwise(4), named: "depthwise", [value])
        let b = try builder.add(.activation(.sigmoid), named: "sigmoid", [value])
        let c = try builder.add(.slice(channels: 1..<3), named: "slice", [value])
        let d = try builder.add(.channelShuffle(groups: 2), named: "shuffle", [value])
        let e = try builder.add(.globalAveragePool, named: "pool", [value])
        let product = try builder.add(.multiply, named: "product", [value, e])
        x = try builder.add(.concatenate, named: "concatenate", [a, b, c, d, product, value])
        x = try builder.add(pointwise(3), named: "last", [x])
      },
      SampleBuilder.graph("one value twice", 3, 4) { builder, x in
        let value = try builder.normalized(pointwise(4), x, nil)
        let square = try builder.add(.multiply, named: "square", [value, value])
        let double = try builder.add(.add, named: "double", [value, value])
        let four = try builder.add(.add, named: "four", [double, double])
        x = try builder.add(.concatenate, named: "both", [square, four, square])
        x = try builder.add(.add, named: "last", [x, x])
      },
      SampleBuilder.graph("squeeze-and-excitation in several blocks", 13, 4) { builder, x in
        x = try builder.normalized(pointwise(100), x, .swish)
        x = try squeezeExcitation(&builder, x, width: 6)
        x = try builder.add(pointwise(5), named: "project", [x])
      },
      SampleBuilder.graph("squeeze-and-excitation in tiles", 15, 3) { builder, x in
        x = try builder.normalized(pointwise(150), x, .swish)
        x = try squeezeExcitation(&builder, x, width: 5)
        x = try builder.add(
          .convolution(
            Convolution(outputChannels: 6, kernel: Extent(1), groups: 2, hasBias: true)),
          named: "project", [x])
      },
      SampleBuilder.graph(
        "squeeze-and-excitation without activation, with bias and a dead branch", 5, 6
      ) {
        builder, x in
        let value = try builder.normalized(pointwise(10), x, nil)
        x = try squeezeExcitation(&builder, value, width: 3, isDense: true)
        _ = try builder.add(.slice(channels: 1..<3), named: "dead", [0])
        x = try builder.add(
          .convolution(
            Convolution(outputChannels: 6, kernel: Extent(1), groups: 2, hasBias: true)),
          named: "project", [x])
      },
      SampleBuilder.graph("means as factors", 4, 6) { builder, x in
        let value = try builder.normalized(pointwise(6), x, .hardSwish)
        let means = try builder.add(.globalAveragePool, named: "pool", [value])
        x = try builder.add(.multiply, named: "product", [value, means])
        x = try builder.add(pointwise(4), named: "project", [x])
      },
      SampleBuilder.graph("squeeze-and-excitation in front of an expansion", 5, 6) { builder, x in
        x = try builder.normalized(pointwise(6), x, .swish)
        x = try squeezeExcitation(&builder, x, width: 2)
        x = try builder.normalized(pointwise(14), x, .swish)
        x = try builder.add(depthwise(14), named: "depthwise", [x])
      },
      SampleBuilder.graph("slices that overlap", 3, 8) { builder, x in
        let a = try builder.add(.slice(channels: 0..<5), named: "a", [x])
        let b = try builder.add(.slice(channels: 3..<8), named: "b", [x])
        x = try builder.add(.multiply, named: "product", [a, b])
      },
      SampleBuilder.graph("a branch that leads nowhere", 3, 4) { builder, x in
        let image = x
        _ = try builder.normalized(pointwise(5), image, .relu)
        x = try builder.normalized(pointwise(3), image, nil)
      },
      SampleBuilder.graph("general convolutions of one value", 7, 6) { builder, x in
        let value = try builder.normalized(pointwise(6), x, .swish)
        let a = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 5, kernel: Extent(3), dilation: Extent(2), groups: 1)),
          named: "dilated", [value])
        let b = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 5, kernel: Extent(height: 3, width: 1), groups: 4, hasBias: true)),
          named: "asymmetric", [value])
        let sum = try builder.add(.add, named: "sum", [a, b])
        let c = try builder.add(
          .convolution(
            Convolution(
              outputChannels: 4, kernel: Extent(5), stride: Extent(2), padding: .valid)),
          named: "strided", [value])
        let pooled = try builder.add(
          .pool(
            Pool(
              kind: .average, kernel: Extent(4), stride: Extent(3),
              padding: .symmetric(Extent(1)), roundsUp: true)), named: "pool", [sum])
        let d = try builder.add(.globalAveragePool, named: "mean", [pooled])
        x = try builder.add(.globalAveragePool, named: "mean.c", [c])
        x = try builder.add(.concatenate, named: "last", [d, x])
      },
      SampleBuilder.graph("many patches", 20, 3) { builder, x in
        // More rows than one chunk of patches holds.
        x = try builder.add(
          .convolution(Convolution(outputChannels: 2, kernel: Extent(7))), named: "large", [x])
      },
      SampleBuilder.graph("convolutions that are depthwise", 7, 6) { builder, x in
        x = try builder.normalized(pointwise(6), x, .relu)
        x = try builder.normalized(depthwiseConvolution(6), x, .swish)
        // Windows that lie outside of the image altogether.
        x = try builder.normalized(pointwise(13), x, .swish)
        x = try builder.normalized(
          depthwiseConvolution(13, stride: 2, padding: .symmetric(Extent(5))), x, nil)
      },
      SampleBuilder.graph("dropout in between", 3, 6) { builder, x in
        x = try builder.normalized(pointwise(6), x, .relu)
        let dropped = try builder.add(.dropout(rate: 0.4), named: "dropout", [x])
        x = try builder.add(.add, named: "add", [x, dropped])
        x = try builder.add(pointwise(4), named: "last", [x])
      },
    ]
  }

  private static func squeezeExcitation(
    _ builder: inout SampleBuilder, _ value: Int, width: Int, isDense: Bool = false
  ) throws -> Int {
    let channels = builder.builder.shape(of: value).channels
    func product(_ channels: Int) -> Operation {
      isDense
        ? .dense(Dense(units: channels, hasBias: true))
        : .convolution(Convolution(outputChannels: channels, kernel: Extent(1), hasBias: true))
    }
    var gate = try builder.add(.globalAveragePool, named: "pool", [value])
    gate = try builder.add(product(width), named: "reduce", [gate])
    gate = try builder.add(.activation(.swish), named: "activation", [gate])
    gate = try builder.add(product(channels), named: "widen", [gate])
    gate = try builder.add(.activation(.sigmoid), named: "gate", [gate])
    return try builder.add(.multiply, named: "scale", [value, gate])
  }

  private static func activations() throws -> [NetworkGraph] {
    try Activation.allCases.map { activation in
      try SampleBuilder.graph("\(activation), alone and behind batch norm", 3, 5) { builder, x in
        x = try builder.add(.activation(activation), named: "first", [x])
        x = try builder.normalized(pointwise(7), x, activation)
        x = try builder.add(.activation(activation), named: "last", [x])
      }
    }
  }

  /// A small MixConv network with everything a genome may have.
  static func network(dropout: Double = 0.25) throws -> NetworkGraph {
    let genome = Genome(
      stem: .init(channels: 8, stride: 1, activation: .hardSwish),
      blocks: [
        Block(
          kernels: [3, 5], expandGroups: 2, projectGroups: 2, expansion: 3, outputChannels: 8,
          squeezeExcitationRatio: 0.5, activation: .swish),
        Block(
          kernels: [3, 5, 7], split: .exponential, stride: 2, expansion: 3, outputChannels: 12,
          squeezeExcitationRatio: 0.25, activation: .hardSwish),
        Block(
          kernels: [3, 9], isDilated: true, expandGroups: 3, projectGroups: 2, expansion: 2,
          outputChannels: 12, activation: .relu6),
      ],
      head: .init(channels: 20, activation: .relu, dropout: dropout))
    return try genome.graph(
      name: "small", input: TensorShape(height: 8, width: 6, channels: 3), classes: 5)
  }

  static func options(
    smoothing: Double = 0, overparameterized: Bool = false, inputGradient: Bool = false
  ) -> TrainingOptions {
    TrainingOptions(
      labelSmoothing: smoothing, overparameterizesDepthwise: overparameterized,
      needsInputGradient: inputGradient, random: RandomStream(seed: 3))
  }

  /// Normal numbers.
  static func direction(_ count: Int, _ name: String, _ index: Int = 0) -> [Float] {
    var stream = RandomStream(seed: 11).substream(name, index)
    return (0..<count).map { _ in stream.normal() }
  }

  static func labels(_ count: Int, classes: Int) -> [Int32] {
    var stream = RandomStream(seed: 12)
    return (0..<count).map { _ in Int32(stream.below(classes)) }
  }

  static func pointwise(_ channels: Int) -> Operation {
    .convolution(Convolution(outputChannels: channels, kernel: Extent(1)))
  }

  /// A convolution with a group for each channel, whose weights lie channel by channel.
  static func depthwiseConvolution(
    _ channels: Int, stride: Int = 1, padding: Padding = .same
  ) -> Operation {
    .convolution(
      Convolution(
        outputChannels: channels, kernel: Extent(3), stride: Extent(stride), groups: channels,
        padding: padding))
  }

  static func depthwise(_ channels: Int) -> Operation {
    .mixedDepthwise(
      MixedDepthwise(groups: [
        .init(kernel: 3, channels: channels / 2),
        .init(kernel: 5, channels: channels - channels / 2),
      ]))
  }

}

extension TrainingNetwork {
  func write(_ images: [Float], _ labels: [Int32] = []) {
    _ = inputBuffer.update(fromContentsOf: images)
    _ = labelBuffer.update(fromContentsOf: labels)
  }

  /// The gradients of one of the graph's tensors.
  func gradient(of range: Range<Int>) -> [Float] {
    range.map { store.gradients[$0] }
  }
}
