import Architectures
import Foundation
import Testing

@testable import Engine

/// Writes what the engine computes into a folder, for `Tests/Interoperability/compare_training.py`
/// to hold against PyTorch. Runs only where the environment names the folder.
@Suite struct TrainingInteroperabilityTests {
  static let variable = "MIXNAS_INTEROP_DIRECTORY"

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment[variable] != nil,
      "set \(variable) to write the folder that compare_training.py reads"),
    arguments: ["genome", "large-images", "operations"])
  func writesWhatPyTorchIsComparedWith(_ name: String) throws {
    let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
    let folder = URL(fileURLWithPath: path).appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let graph =
      switch name {
      case "genome": try TrainingSamples.network(dropout: 0)
      case "large-images": try Self.largeImages()
      default: try Self.operations()
      }
    try InteroperabilityRecord(graph: graph, folder: folder).write()
  }

  /// Images that go through the layers in bands and tiles of rows. No activation has a kink: a
  /// value that lies on the other side of one in double precision would change what is compared.
  private static func largeImages() throws -> NetworkGraph {
    let genome = Genome(
      stem: .init(channels: 12, stride: 1, activation: .swish),
      blocks: [
        Block(
          kernels: [3, 5, 9], expansion: 4, outputChannels: 12, squeezeExcitationRatio: 0.5,
          activation: .swish),
        Block(
          kernels: [3, 5, 7], split: .exponential, stride: 2, expansion: 4, outputChannels: 20,
          squeezeExcitationRatio: 0.25, activation: .swish),
        Block(
          kernels: [3, 7], isDilated: true, expansion: 4, outputChannels: 20, activation: .swish),
        Block(kernels: [5], expansion: 1, outputChannels: 20, activation: .swish),
      ],
      head: .init(channels: 24, activation: .swish, dropout: 0))
    return try genome.graph(
      name: "large-images", input: TensorShape(height: 91, width: 86, channels: 3), classes: 5)
  }

  /// The operations that no genome has.
  private static func operations() throws -> NetworkGraph {
    try SampleBuilder.graph("operations", 13, 4) { builder, x in
      x = try builder.normalized(
        .convolution(
          Convolution(
            outputChannels: 12, kernel: Extent(height: 3, width: 5),
            stride: Extent(height: 2, width: 1), padding: .symmetric(Extent(1)))), x, .swish)
      let stem = x
      x = try builder.normalized(
        .convolution(
          Convolution(
            outputChannels: 10, kernel: Extent(3), dilation: Extent(2), groups: 5, hasBias: true)),
        x, .hardSwish)
      let strided = try builder.normalized(
        .mixedDepthwise(
          MixedDepthwise(
            groups: [.init(kernel: 1, channels: 2), .init(kernel: 7, channels: 10)], stride: 2,
            padding: .centered)), stem, .relu6)
      let depthwise = try builder.add(
        .convolution(
          Convolution(outputChannels: 12, kernel: Extent(4), stride: Extent(2), groups: 12)),
        named: "depthwise", [stem])
      let maximum = try builder.add(
        .pool(
          Pool(kind: .maximum, kernel: Extent(3), stride: Extent(2), padding: .symmetric(Extent(1)))
        ), named: "maximum", [x])
      let average = try builder.add(
        .pool(Pool(kind: .average, kernel: Extent(2), stride: Extent(2))), named: "average", [x])
      let gate = try builder.add(.activation(.hardSigmoid), named: "gate", [strided])
      let product = try builder.add(.multiply, named: "product", [depthwise, gate])
      x = try builder.add(.concatenate, named: "all", [maximum, product, average])
      x = try builder.add(.channelShuffle(groups: 4), named: "shuffle", [x])
      x = try builder.add(.slice(channels: 3..<29), named: "slice", [x])
      x = try builder.add(
        .convolution(Convolution(outputChannels: 26, kernel: Extent(1), stride: Extent(2))),
        named: "sparse", [x])
      x = try builder.add(.activation(.relu), named: "relu", [x])
      x = try builder.add(.globalAveragePool, named: "mean", [x])
      x = try builder.add(.dense(Dense(units: 7)), named: "dense", [x])
    }
  }
}

/// One network's folder: `manifest.json` and arrays as raw little-endian float32.
private struct InteroperabilityRecord {
  let graph: NetworkGraph
  let folder: URL
  private let images = 6
  private let smoothing = 0.1
  private let weightDecay = 0.01
  private let rate = 0.02
  private let steps = 3

  init(graph: NetworkGraph, folder: URL) {
    self.graph = graph
    self.folder = folder
  }

  /// Constants large enough that a gradient which is zero but for rounding stays a small step.
  private let optimizers: [(name: String, optimizer: Optimizer, isProduct: Bool)] = [
    ("sgd-nesterov", .sgd(momentum: 0.9, nesterov: true), false),
    ("rmsprop", .rmsprop(decay: 0.9, momentum: 0.9, epsilon: 0.01), false),
    ("adamw", .adamw(beta1: 0.9, beta2: 0.99, epsilon: 0.01), false),
    ("sgd-overparameterized", .sgd(momentum: 0.9, nesterov: true), true),
  ]

  func write() throws {
    let weights = InferenceSamples.weights(graph)
    let plain = try network(weights)
    try write(Array(plain.inputBuffer), "images")
    try write(weights.values, "weights")
    plain.forward(images: images, isTraining: true)
    let loss = plain.computeLoss(images: images, withGradient: true)
    plain.backward()
    try write(Array(plain.logits), "logits")
    try write(plain.weights.values, "weights-after-forward")
    try write(plain.gradient(of: 0..<weights.count), "gradients")
    var runs: [[String: Any]] = []
    for (name, optimizer, isProduct) in optimizers {
      let network = try network(weights, isProduct: isProduct)
      var state = OptimizerState(optimizer, weightDecay: weightDecay, for: network)
      let losses = try (0..<steps).map { _ in
        try network.step(images: images, rate: rate, &state).meanLoss
      }
      try write(network.weights.values, "weights-after-\(name)")
      _ = network.evaluate(images: images)
      try write(Array(network.logits), "evaluation-after-\(name)")
      runs.append([
        "name": name, "losses": losses, "overparameterized": isProduct,
        "optimizer": description(of: optimizer),
      ])
    }
    let manifest: [String: Any] = [
      "instruction_set": plain.kernels.instructionSet.rawValue,
      "images": images, "label_smoothing": smoothing, "weight_decay": weightDecay,
      "rate": rate, "steps": steps, "loss": loss.meanLoss,
      "labels": Array(plain.labelBuffer).map(Int.init), "runs": runs,
      "nodes": graph.interoperabilityNodes,
      "tensors": weights.tensors.enumerated().map { index, tensor in
        [
          "name": tensor.name, "node": tensor.node, "role": tensor.role.rawValue,
          "offset": weights.offsets[index], "count": tensor.count,
        ]
      },
    ]
    try JSONSerialization.data(withJSONObject: manifest, options: [.prettyPrinted, .sortedKeys])
      .write(to: folder.appending(path: "manifest.json"))
  }

  private func network(_ weights: NetworkWeights, isProduct: Bool = false) throws -> TrainingNetwork
  {
    let network = try TrainingNetwork(
      graph: graph, weights: weights, batchSize: images,
      options: TrainingSamples.options(smoothing: smoothing, overparameterized: isProduct))
    network.write(
      InferenceSamples.images(images, graph),
      TrainingSamples.labels(images, classes: network.classes))
    return network
  }

  private func write(_ values: [Float], _ name: String) throws {
    let data = values.withUnsafeBytes { Data($0) }
    try data.write(to: folder.appending(path: name + ".f32"))
  }

  private func description(of optimizer: Optimizer) -> [String: Any] {
    switch optimizer {
    case .sgd(let momentum, let nesterov):
      ["kind": "sgd", "momentum": momentum, "nesterov": nesterov]
    case .rmsprop(let decay, let momentum, let epsilon):
      ["kind": "rmsprop", "decay": decay, "momentum": momentum, "epsilon": epsilon]
    case .adamw(let beta1, let beta2, let epsilon):
      ["kind": "adamw", "beta1": beta1, "beta2": beta2, "epsilon": epsilon]
    }
  }
}
