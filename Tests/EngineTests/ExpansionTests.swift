import Architectures
import Kernels
import Testing

@testable import Engine

/// An expansion's batch norm gets its moments without its input: they must be as good as if it
/// had them.
@Suite struct ExpansionTests {
  /// Distances of a channel from its mean are 1 or so.
  private static func images(_ count: Int, _ graph: NetworkGraph, mean: Float) -> [Float] {
    InferenceSamples.images(count, graph).enumerated().map { index, value in
      value + mean * Float(1 + index % graph.input.channels)
    }
  }

  private func graph(
    _ name: String, inputs: Int, expanded: Int, groups: Int = 1, side: Int = 6
  ) throws -> NetworkGraph {
    try SampleBuilder.graph(name, side, inputs) { builder, x in
      x = try builder.normalized(
        .convolution(Convolution(outputChannels: expanded, kernel: Extent(1), groups: groups)), x,
        .swish)
      x = try builder.add(TrainingSamples.depthwise(expanded), named: "depthwise", [x])
    }
  }

  /// Running statistics take in a tenth of the batch's, whose means are those of the inputs times
  /// a few weights.
  @Test(arguments: [Float(0), 30])
  func momentsAreThoseOfTheExpandedValues(mean: Float) throws {
    for (inputs, expanded, groups) in [(3, 7, 1), (8, 24, 2), (17, 40, 1)] {
      let graph = try graph(
        "expansion \(inputs) to \(expanded)", inputs: inputs, expanded: expanded, groups: groups)
      #expect(DeferralPlan(graph).expansions.count == 1)
      let weights = InferenceSamples.weights(graph)
      let batch = Self.images(5, graph, mean: mean)
      let values = TrainingDefinition(graph: graph, weights: weights, images: 5)(batch)
      let (means, variances) = TrainingDefinition.moments(values[1], channels: expanded)
      let rows = Double(5 * graph.nodes[1].shape.height * graph.nodes[1].shape.width)
      for kernels in KernelSet.available {
        let network = try TrainingNetwork(
          graph: graph, weights: weights, batchSize: 5, kernels: kernels,
          options: TrainingSamples.options())
        network.write(batch)
        network.forward(images: 5, isTraining: true)
        let place = "\(graph.name), \(kernels.instructionSet)"
        let name = graph.nodes[2].name
        let taken = 1 - BatchNormalization().momentum
        func batchMoment(_ role: ParameterTensor.Role) throws -> [Double] {
          let index = try #require(weights.index(node: 2, role: role), "\(name)")
          return zip(network.weights[index], weights[index]).map { after, before in
            (Double(after) - (1 - taken) * Double(before)) / taken
          }
        }
        let largest = means.reduce(1) { max($0, abs($1)) }
        for (actual, expected) in zip(try batchMoment(.runningMean), means) {
          #expect(abs(actual - expected) <= 1e-5 * largest, "\(place)")
        }
        for (actual, expected) in zip(try batchMoment(.runningVariance), variances) {
          let unbiased = expected * rows / (rows - 1)
          #expect(abs(actual - unbiased) <= 1e-4 * max(unbiased, 1), "\(place)")
        }
      }
    }
  }

  /// A channel that never changes has no variance, and rounding must not make one below zero.
  @Test func constantInputsGiveFiniteValues() throws {
    let graph = try graph("constant", inputs: 4, expanded: 12)
    for kernels in KernelSet.available {
      let network = try TrainingNetwork(
        graph: graph, weights: InferenceSamples.weights(graph), batchSize: 3, kernels: kernels,
        options: TrainingSamples.options())
      network.inputBuffer.update(repeating: 1000.1)
      network.forward(images: 3, isTraining: true)
      let allFinite = network.logits.allSatisfy(\.isFinite)
      #expect(allFinite, "\(kernels.instructionSet)")
      #expect(network.weights.areFinite, "\(kernels.instructionSet)")
    }
  }

  /// Images too large for the cache go through in bands of rows. A dead branch keeps the layers
  /// of the same network apart, which then store what lies between them.
  @Test(
    arguments: [
      (kernels: [3], stride: 1, isDilated: false), ([3, 7], 2, false), ([5], 2, false),
      ([3, 5, 9], 1, false), ([3, 5], 1, true),
    ])
  func bandsOfAnImageGiveWhatLayersOfTheirOwnDo(
    kernels: [Int], stride: Int, isDilated: Bool
  ) throws {
    let channels = 132
    func graph(_ isOneLayer: Bool) throws -> NetworkGraph {
      try SampleBuilder.graph("bands", 32 + 16 * (stride - 1), 12) { builder, x in
        x = try builder.add(TrainingSamples.pointwise(channels), named: "expand", [x])
        if !isOneLayer { _ = try builder.add(.globalAveragePool, named: "dead", [x]) }
        x = try builder.add(.batchNormalization(BatchNormalization()), named: "norm", [x])
        x = try builder.add(.activation(.swish), named: "swish", [x])
        let groups = kernels.map {
          MixedDepthwise.Group(
            kernel: $0, dilation: isDilated ? 2 : 1, channels: channels / kernels.count)
        }
        x = try builder.add(
          .mixedDepthwise(MixedDepthwise(groups: groups, stride: stride)), named: "depthwise", [x])
      }
    }
    let apart = try graph(false)
    let images = 2
    let weights = InferenceSamples.weights(apart)
    let batch = InferenceSamples.images(images, apart)
    let objective = TrainingSamples.direction(images * apart.output.elementCount, "objective")
    for kernels in KernelSet.available where kernels.instructionSet != .reference {
      func results(_ graph: NetworkGraph) throws -> (layers: Int, bands: Int, values: [[Float]]) {
        let network = try TrainingNetwork(
          graph: graph, weights: NetworkWeights(graph: graph, values: weights.values),
          batchSize: images, kernels: kernels, options: TrainingSamples.options(inputGradient: true)
        )
        network.write(batch)
        network.forward(images: images, isTraining: true)
        network.setLogitsGradient(objective)
        network.backward()
        let input = try #require(network.plan.inputGradient)
        let bands = network.plan.steps[0].layer.blocks.map { $0.rowsPerImage / $0.rowsPerBlock }
        return (
          network.plan.steps.count, try #require(bands),
          [
            Array(network.logits), Array(UnsafeBufferPointer(start: input, count: batch.count)),
          ] + weights.tensors.indices.map { network.gradient(of: weights.range(of: $0)) }
        )
      }
      let one = try results(try graph(true))
      let many = try results(apart)
      #expect(one.layers == 1 && many.layers > 1)
      #expect(one.bands > 1)
      for (actual, expected) in zip(one.values, many.values) {
        let largest = expected.reduce(0) { max($0, abs($1)) }
        let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(error <= 1e-4 * largest, "\(kernels.instructionSet)")
      }
    }
  }
}

@Suite struct DepthwiseBandsTests {
  private func layout(
    height: Int, width: Int, channels: Int, kernels: [Int], stride: Int
  ) -> DepthwiseLayout {
    DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: height, width: width, channels: channels * kernels.count,
        outputHeight: (height + stride - 1) / stride, outputWidth: (width + stride - 1) / stride,
        stride: stride),
      groups: kernels.map {
        DepthwiseChannelGroup(
          channels: channels, kernel: $0, dilation: 1, padTop: ($0 - 1) / 2, padLeft: ($0 - 1) / 2)
      }, vectorWidth: 16)
  }

  /// - Parameter bands: of an image.
  @Test(
    arguments: [
      (112, 112, 32, [3], 2, 7), (56, 56, 16, [3, 5, 7], 1, 4), (57, 57, 32, [3], 1, 3),
      (56, 56, 48, [3, 5, 7], 2, 1),
      (14, 14, 16, [3], 1, 1), (4, 3, 8, [13], 1, 1),
    ])
  func everyRowIsOfOneBand(
    height: Int, width: Int, channels: Int, kernels: [Int], stride: Int, bands: Int
  ) {
    let layout = layout(
      height: height, width: width, channels: channels, kernels: kernels, stride: stride)
    let geometry = layout.geometry
    let rowFloats = geometry.channels * geometry.width
    let parts = DepthwiseBands(
      layout, inputs: 2 * rowFloats, own: rowFloats, outputs: 2 * rowFloats)
    #expect(max(1, parts.blocks.rowsPerImage / parts.blocks.rowsPerBlock) == bands)
    let images = 7
    var output = 0
    var input = 0
    for block in 0..<parts.blocks.count(images: images) {
      let band = parts.band(block, images: images)
      let first = band.images.lowerBound * geometry.outputHeight
      #expect(first + band.outputs.lowerBound == output)
      output += band.outputs.count
      #expect(band.own.lowerBound == input)
      input = band.own.upperBound
      #expect(band.inputs.lowerBound <= band.own.lowerBound)
      #expect(band.inputs.upperBound >= band.own.upperBound)
      #expect(band.inputs.count <= parts.mostInputs && band.own.count <= parts.mostOwn)
      let inside =
        band.images.lowerBound * geometry.height..<band.images.upperBound * geometry.height
      #expect(inside.clamped(to: band.inputs) == band.inputs)
      for (padding, kernel) in layout.groups.map({ ($0.padTop, $0.kernel) }) {
        for row in [output - band.outputs.count, output - 1] {
          let (image, y) = row.quotientAndRemainder(dividingBy: geometry.outputHeight)
          for tap in 0..<kernel {
            let source = y * stride - padding + tap
            if 0..<geometry.height ~= source {
              #expect(band.inputs ~= image * geometry.height + source)
            }
          }
        }
      }
    }
    #expect(output == images * geometry.outputHeight && input == images * geometry.height)
  }

  /// Padding may be wider than an image, and windows then see nothing of it.
  @Test func windowsOutsideOfTheImageReadNothing() {
    let layout = DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: 12, width: 12, channels: 4, outputHeight: 50, outputWidth: 50, stride: 1),
      groups: [DepthwiseChannelGroup(channels: 4, kernel: 3, dilation: 1, padTop: 20, padLeft: 20)],
      vectorWidth: 16)
    #expect(layout.inputRows(of: 40..<50).isEmpty)
    #expect(layout.inputRows(of: 0..<10) == 0..<10)
    #expect(layout.inputRows(of: 20..<30) == 0..<12)
  }
}
