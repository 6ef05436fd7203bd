import Testing

@testable import Architectures

struct GraphBuilderTests {
  static let image = TensorShape(height: 9, width: 8, channels: 6)

  /// The shape that the operation makes of `image`, or of the given inputs.
  private func shape(
    _ operation: Architectures.Operation, _ inputs: [TensorShape] = [image]
  ) throws -> TensorShape {
    try operation.rules.outputShape(of: inputs)
  }

  private func shape(_ height: Int, _ width: Int, _ channels: Int) -> TensorShape {
    TensorShape(height: height, width: width, channels: channels)
  }

  /// Though each layer is within its own limit.
  @Test func tooManyWeightsOfAllLayersAreRefused() throws {
    let channels = 1 << 14
    var builder = GraphBuilder(
      name: "large", input: TensorShape(height: 1, width: 1, channels: channels))
    let layer = Convolution(outputChannels: channels, kernel: Extent(1))
    var last = builder.input
    var layers = 0
    #expect(throws: GraphError.self) {
      while layers < 10 {
        last = try builder.add(.convolution(layer), named: "layer\(layers)", [last])
        layers += 1
      }
    }
    #expect(layers == GraphLimits.weights / (channels * channels))
  }

  @Test func convolutionShapes() throws {
    #expect(try shape(.convolution(.init(outputChannels: 5, kernel: Extent(3)))) == shape(9, 8, 5))
    let strided = Convolution(outputChannels: 5, kernel: Extent(3), stride: Extent(2))
    #expect(try shape(.convolution(strided)) == shape(5, 4, 5))
    let asymmetric = Convolution(
      outputChannels: 4, kernel: Extent(height: 1, width: 7),
      stride: Extent(height: 1, width: 2), padding: .valid)
    #expect(try shape(.convolution(asymmetric)) == shape(9, 1, 4))
    let dilated = Convolution(
      outputChannels: 6, kernel: Extent(3), dilation: Extent(2), groups: 6,
      padding: .symmetric(Extent(1)))
    #expect(try shape(.convolution(dilated)) == shape(7, 6, 6))
  }

  @Test func depthwiseShapes() throws {
    let groups: [MixedDepthwise.Group] = [
      .init(kernel: 3, channels: 4), .init(kernel: 3, dilation: 3, channels: 2),
    ]
    for padding in [DepthwisePadding.same, .centered] {
      let strided = MixedDepthwise(groups: groups, stride: 2, padding: padding)
      #expect(try shape(.mixedDepthwise(strided)) == shape(5, 4, 6))
      let plain = MixedDepthwise(groups: groups, padding: padding)
      #expect(try shape(.mixedDepthwise(plain)) == Self.image)
    }
  }

  @Test func poolShapes() throws {
    var pool = Pool(kind: .maximum, kernel: Extent(3), stride: Extent(2), padding: .valid)
    #expect(try shape(.pool(pool)) == shape(4, 3, 6))
    pool.roundsUp = true
    #expect(try shape(.pool(pool)) == shape(4, 4, 6))
    pool.padding = .same
    #expect(try shape(.pool(pool)) == shape(5, 4, 6))
    // A third window would begin at row 6 of the padded image, behind the 1 + 4 rows that count.
    let edge = Pool(
      kind: .average, kernel: Extent(2), stride: Extent(3), padding: .symmetric(Extent(1)),
      roundsUp: true)
    #expect(try shape(.pool(edge), [shape(4, 5, 1)]) == shape(2, 2, 1))
    #expect(try shape(.globalAveragePool) == shape(1, 1, 6))
  }

  @Test func otherShapes() throws {
    let gate = shape(1, 1, 6)
    #expect(try shape(.batchNormalization(.init())) == Self.image)
    #expect(try shape(.activation(.swish)) == Self.image)
    #expect(try shape(.dense(Dense(units: 10)), [gate]) == shape(1, 1, 10))
    #expect(try shape(.add, [Self.image, Self.image]) == Self.image)
    #expect(try shape(.multiply, [Self.image, gate]) == Self.image)
    #expect(try shape(.multiply, [Self.image, Self.image]) == Self.image)
    #expect(try shape(.concatenate, [Self.image, shape(9, 8, 3)]) == shape(9, 8, 9))
    #expect(try shape(.slice(channels: 2..<6)) == shape(9, 8, 4))
    #expect(try shape(.channelShuffle(groups: 3)) == Self.image)
    #expect(try shape(.dropout(rate: 0.5)) == Self.image)
  }

  @Test(
    arguments: [
      (
        .convolution(.init(outputChannels: 4, kernel: Extent(height: 0, width: 3))),
        .size("kernel height", 0, allowed: 1...1024)
      ),
      (
        .convolution(.init(outputChannels: 0, kernel: Extent(1))),
        .size("number of output channels", 0, allowed: 1...1_048_576)
      ),
      (
        .convolution(.init(outputChannels: 8, kernel: Extent(1), groups: 7)),
        .groupsExceedChannels(groups: 7, channels: 6)
      ),
      (
        .convolution(.init(outputChannels: 2, kernel: Extent(1), groups: 3)),
        .groupsExceedChannels(groups: 3, channels: 2)
      ),
      (
        .convolution(.init(outputChannels: 4, kernel: Extent(9), padding: .valid)),
        .imageShrunkToNothing(image: Extent(height: 9, width: 8), window: Extent(9))
      ),
      (
        .convolution(.init(outputChannels: 4, kernel: Extent(3), padding: .symmetric(Extent(-1)))),
        .size("padding height", -1, allowed: 0...1024)
      ),
      (.mixedDepthwise(.init(groups: [.init(kernel: 4, channels: 6)])), .evenKernel(4)),
      (
        .mixedDepthwise(.init(groups: [])),
        .size("number of groups", 0, allowed: 1...1_048_576)
      ),
      (
        .mixedDepthwise(
          .init(groups: [.init(kernel: 3, channels: 7), .init(kernel: 5, channels: 0)])),
        .size("number of channels of a group", 0, allowed: 1...1_048_576)
      ),
      (
        .mixedDepthwise(.init(groups: [.init(kernel: 3, channels: 4)])),
        .channelMismatch(expected: 4, actual: 6)
      ),
      (
        .pool(.init(kind: .maximum, kernel: Extent(10), stride: Extent(1), padding: .valid)),
        .imageShrunkToNothing(image: Extent(height: 9, width: 8), window: Extent(10))
      ),
      (
        .pool(
          .init(
            kind: .maximum, kernel: Extent(3), stride: Extent(1), padding: .symmetric(Extent(2)))),
        .size("padding height", 2, allowed: 0...1)
      ),
      (.dense(Dense(units: 3)), .notAVector(image)),
      (.slice(channels: 3..<7), .sliceOutOfRange(3..<7, channels: 6)),
      (.slice(channels: 3..<3), .sliceOutOfRange(3..<3, channels: 6)),
      (.channelShuffle(groups: 4), .groupsDoNotDivide(groups: 4, channels: 6)),
      (.dropout(rate: 1), .rate("rate", 1)),
      (.batchNormalization(.init(epsilon: -1)), .rate("epsilon", -1)),
      (.add, .inputCount(1, allowed: 2...2)),
      (.input(image), .secondInput),
    ] as [(Architectures.Operation, GraphError.Reason)])
  func refusedOperations(operation: Architectures.Operation, reason: GraphError.Reason) {
    var builder = GraphBuilder(name: "test", input: Self.image)
    #expect(throws: GraphError(node: "a.b", reason: reason)) {
      try builder.add(operation, named: "a.b", [builder.input])
    }
    #expect(!"\(reason)".isEmpty)
  }

  @Test func refusedInputs() throws {
    var builder = GraphBuilder(name: "test", input: Self.image)
    let vector = try builder.add(.globalAveragePool, named: "pool", [0])
    let other = try builder.add(.slice(channels: 0..<3), named: "slice", [0])
    #expect(throws: GraphError(node: "x", reason: .unknownInput(index: 3, nodes: 3))) {
      try builder.add(.add, named: "x", [0, 3])
    }
    #expect(throws: GraphError(node: "x", reason: .shapesDiffer(Self.image, shape(1, 1, 6)))) {
      try builder.add(.add, named: "x", [0, vector])
    }
    #expect(throws: GraphError(node: "x", reason: .shapesDiffer(shape(1, 1, 6), Self.image))) {
      try builder.add(.multiply, named: "x", [vector, 0])
    }
    #expect(throws: GraphError(node: "x", reason: .shapesDiffer(shape(9, 8, 3), shape(1, 1, 6)))) {
      try builder.add(.concatenate, named: "x", [other, vector])
    }
    #expect(throws: GraphError(node: "pool", reason: .nameTaken)) {
      try builder.add(.activation(.relu), named: "pool", [0])
    }
    for name in ["", "a..b", ".a", "a b"] {
      #expect(throws: GraphError(node: name, reason: .invalidName)) {
        try builder.add(.activation(.relu), named: name, [0])
      }
    }
  }

  @Test func refusedSizes() throws {
    var empty = GraphBuilder(name: "test", input: shape(0, 8, 3))
    #expect(throws: GraphError(node: "x", reason: .size("height", 0, allowed: 1...32768))) {
      try empty.add(.activation(.relu), named: "x", [0])
    }
    var huge = GraphBuilder(name: "test", input: shape(30_000, 30_000, 1))
    #expect(throws: GraphError.self) {
      try huge.add(.convolution(.init(outputChannels: 9, kernel: Extent(1))), named: "x", [0])
    }
    var wide = GraphBuilder(name: "test", input: shape(1, 1, 1 << 20))
    #expect(throws: GraphError.self) {
      try wide.add(.dense(Dense(units: 1 << 20)), named: "x", [0])
    }
  }

  /// Absurd numbers never trap, neither in the builder nor in the figures of what it accepts.
  @Test func absurdNumbers() {
    var random = SplitMix(seed: 1)
    let numbers = [Int.min, -1, 0, 1, 2, 3, 7, 1 << 10, 1 << 15, 1 << 20, 1 << 31, 1 << 62, .max]
    var accepted = 0
    for _ in 0..<4000 {
      var pair: Extent { Extent(height: random.pick(numbers), width: random.pick(numbers)) }
      let small = random.flip()
      let input = TensorShape(
        height: small ? 9 : random.pick(numbers), width: small ? 9 : random.pick(numbers),
        channels: random.pick(numbers))
      let padding = random.flip() ? Padding.same : .symmetric(pair)
      let operation: Architectures.Operation =
        switch random.pick(Array(0..<6)) {
        case 0:
          .convolution(
            .init(
              outputChannels: random.pick(numbers), kernel: pair, stride: pair, dilation: pair,
              groups: random.pick([1, 2, random.pick(numbers)]), padding: padding))
        case 1:
          .mixedDepthwise(
            .init(
              groups: [
                .init(
                  kernel: random.pick(numbers), dilation: random.pick(numbers),
                  channels: random.flip() ? input.channels : random.pick(numbers))
              ], stride: random.pick(numbers)))
        case 2: .pool(.init(kind: .average, kernel: pair, stride: pair, padding: padding))
        case 3: .dense(Dense(units: random.pick(numbers)))
        case 4: .channelShuffle(groups: random.pick(numbers))
        default: .concatenate
        }
      var builder = GraphBuilder(name: "absurd", input: input)
      guard (try? builder.add(operation, named: "x", [0])) != nil else { continue }
      let graph = builder.graph()
      accepted += 1
      #expect(graph.parameterCount >= 0 && graph.multiplyAdds >= 0)
      #expect(graph.receptiveField.extent.height >= 1)
    }
    #expect(accepted > 20)
  }

  @Test func graphsKnowTheirEdges() throws {
    var builder = GraphBuilder(name: "test", input: Self.image)
    let first = try builder.add(.activation(.relu), named: "a.first", [builder.input])
    let second = try builder.add(.add, named: "a.second", [first, builder.input])
    let third = try builder.add(.add, named: "a.third", [second, second])
    #expect(builder.last == third)
    let graph = builder.graph()
    #expect(graph.input == Self.image)
    #expect(graph.output == Self.image)
    #expect(graph.readers == [[first, second], [second], [third, third], []])
    #expect(graph.nodes[second].section == "a")
    #expect(graph.nodes[0].section == "input")
    #expect(graph.node(named: "a.second") == second)
    #expect(graph.node(named: "a") == nil)
  }
}
