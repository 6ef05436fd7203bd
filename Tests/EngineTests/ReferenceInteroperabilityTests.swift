import Architectures
import Foundation
import Testing

@testable import Engine

/// Writes the logits of every reference network, and the gradients of those without dropout, for
/// `Tests/Interoperability/compare_references.py` to hold against the same network in PyTorch. Runs
/// only where the environment names the folder.
@Suite struct ReferenceInteroperabilityTests {
  /// Neither square nor even, so that 'same' padding is uneven along one side only.
  private static let input = TensorShape(height: 72, width: 65, channels: 3)
  private static let classes = 10
  private static let images = 2
  private static let labels = [7, 2]

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment[TrainingInteroperabilityTests.variable] != nil,
      "set \(TrainingInteroperabilityTests.variable) to write what compare_references.py reads"),
    arguments: ReferenceNetwork.all)
  func writesWhatPyTorchIsComparedWith(_ reference: ReferenceNetwork) throws {
    let path = try #require(
      ProcessInfo.processInfo.environment[TrainingInteroperabilityTests.variable])
    let folder = URL(fileURLWithPath: path).appending(path: "references/\(reference.name)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)

    let graph = try reference.graph(input: Self.input, classes: Self.classes)
    let network = try InferenceNetwork(
      graph: graph, weights: ReferenceSamples.weights(graph, isFresh: false),
      batchSize: Self.images)
    // Large enough that the activations are cut off where they can be.
    let images = InferenceSamples.images(Self.images, graph).map { 4 * $0 }
    _ = network.inputBuffer.update(fromContentsOf: images)
    network.run()
    try write(ReferenceSamples.normals, to: folder.appending(path: "normals.f32"))
    try write(images, to: folder.appending(path: "images.f32"))
    try write(Array(network.logits), to: folder.appending(path: "logits.f32"))
    let hasGradients = !graph.nodes.contains { $0.operation.category == "dropout" }
    if hasGradients {
      try write(gradients(graph, images: images), to: folder.appending(path: "gradients.f32"))
    }
    let manifest: [String: Any] = [
      "network": graph.name, "images": Self.images, "classes": Self.classes,
      "gradients": hasGradients, "labels": Self.labels,
      "nodes": graph.interoperabilityNodes,
      "tensors": graph.parameterTensors.enumerated().map { index, tensor -> [String: Any] in
        let recipe = ReferenceSamples.recipe(
          of: tensor, index: index, in: graph, isFresh: false)
        return [
          "name": tensor.name, "node": tensor.node, "role": tensor.role.rawValue,
          "count": tensor.count, "first": recipe.first, "scale": Double(recipe.scale),
          "shift": Double(recipe.shift),
        ]
      },
    ]
    try JSONSerialization.data(withJSONObject: manifest, options: [.prettyPrinted, .sortedKeys])
      .write(to: folder.appending(path: "manifest.json"))
  }

  /// Of the loss of a training pass.
  private func gradients(_ graph: NetworkGraph, images: [Float]) throws -> [Float] {
    let network = try TrainingNetwork(
      graph: graph, weights: ReferenceSamples.weights(graph, isFresh: false),
      batchSize: Self.images, options: TrainingSamples.options())
    network.write(images, Self.labels.map(Int32.init))
    network.forward(images: Self.images, isTraining: true)
    _ = network.computeLoss(images: Self.images, withGradient: true)
    network.backward()
    return network.gradient(of: 0..<network.weights.count)
  }

  private func write(_ values: [Float], to file: URL) throws {
    try values.withUnsafeBytes { Data($0) }.write(to: file)
  }
}
