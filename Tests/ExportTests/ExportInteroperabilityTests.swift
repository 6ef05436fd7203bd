import Architectures
import Foundation
import Testing
import WeightFiles

@testable import Export

/// Writes networks in every format into a folder, for `Tests/Interoperability/compare_exports.py`
/// to run in ONNX Runtime and PyTorch. Runs only where the environment names the folder.
@Suite struct ExportInteroperabilityTests {
  static let variable = "MIXNAS_INTEROP_DIRECTORY"

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment[variable] != nil,
      "set \(variable) to write the folder that compare_exports.py reads"))
  func writesWhatOtherRuntimesAreComparedWith() throws {
    let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
    let parent = URL(fileURLWithPath: path).appending(path: "exports")
    let references = try ReferenceNetwork.all
      .filter { $0.genome == nil && !Self.alike.contains($0.name) }.map(Self.small)
    for network in try SampleNetworks.genomes() + [SampleNetworks.operations()] + references {
      let folder = parent.appending(path: network.graph.name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try write(network, to: folder)
    }
  }

  /// Networks that differ from others in numbers alone.
  private static let alike = ["resnet-50-v1", "shufflenet-v1-g2", "shufflenet-v1-g4"]

  /// A published network that no genome expresses, for small images.
  private static func small(_ reference: ReferenceNetwork) throws -> ExportedNetwork {
    let input = TensorShape(height: 65, width: 65, channels: 3)
    let network = try SampleNetworks.network(
      graph: try reference.graph(input: input, classes: 11),
      NetworkMetadata(
        architecture: .reference(.init(network: reference.name, input: input, classes: 11)),
        normalization: .init(batch: reference.normalization)), seed: 3)
    return try SampleNetworks.calibrated(network) {
      try reference.graph(input: input, classes: 11, normalization: $0)
    }
  }

  private func write(_ network: ExportedNetwork, to folder: URL) throws {
    let count = 3
    let images = SampleNetworks.images(count, network)
    func file(_ name: String) -> URL { folder.appending(path: name) }
    let isMixed = network.graph.nodes.contains {
      if case .mixedDepthwise(let depthwise) = $0.operation {
        depthwise.groups.count > 1
      } else {
        false
      }
    }
    for mixed in ONNXOptions.MixedDepthwise.allCases where mixed == .split || isMixed {
      for keepsTraining in [false, true] {
        let isSymbolic = mixed == .split
        let options = ONNXOptions(
          batch: isSymbolic ? .symbolic : .fixed(1), mixedDepthwise: mixed,
          keepsTraining: keepsTraining)
        let name = "\(mixed.rawValue)-\(keepsTraining ? "training" : "folded").onnx"
        try network.onnx(options).write(to: file(name))
      }
    }
    let source = try network.pyTorchSource(weightsFile: "model.safetensors")
    try Data(source.utf8).write(to: file("model.py"))
    try network.safetensors().serialized().write(to: file("model.safetensors"))
    try bytes(OtherRuntime.planar(images, network.graph.input)).write(to: file("images.f32"))
    try bytes(SampleNetworks.logits(network, images)).write(to: file("logits.f32"))
    let input = network.graph.input
    let manifest: [String: Any] = [
      "images": [count, input.channels, input.height, input.width],
      "classes": network.graph.output.channels,
      "parameters": network.graph.parameterCount,
      "texts": try network.texts(),
      "normalization": [
        network.metadata.normalization.epsilon, network.metadata.normalization.momentum,
      ],
    ]
    try JSONSerialization.data(withJSONObject: manifest, options: [.prettyPrinted, .sortedKeys])
      .write(to: file("manifest.json"))
  }

  private func bytes(_ values: [Float]) -> Data { values.withUnsafeBytes { Data($0) } }
}
