import Architectures
import Engine
import Files
import Foundation
import Testing

@testable import WeightFiles

@Suite struct WeightFileTests {
  private static let metadata = NetworkMetadata(
    architecture: .genome(Samples.file),
    normalization: .init(mean: [0.1, 0.2, 0.3], deviation: [1, 2, 3]), data: "generated-1",
    classNames: ["a", "b", "c", "d", "e"])

  @Test func namesAndShapesAreThoseOfPyTorch() throws {
    let graph = try Samples.graph()
    let tensors = Dictionary(
      uniqueKeysWithValues: graph.tensorLayouts.map { ($0.name, $0.shape) })
    #expect(tensors["stem.convolution.weight"] == [8, 3, 3, 3])
    #expect(tensors["stem.normalization.running_var"] == [8])
    #expect(tensors["blocks.0.expand.convolution.weight"] == [24, 4, 1, 1])
    #expect(tensors["blocks.0.depthwise.convolution.0.weight"] == [12, 1, 3, 3])
    #expect(tensors["blocks.0.depthwise.convolution.1.weight"] == [12, 1, 5, 5])
    #expect(tensors["blocks.0.squeeze_excitation.reduce.weight"] == [2, 24, 1, 1])
    #expect(tensors["blocks.0.squeeze_excitation.reduce.bias"] == [2])
    #expect(tensors["blocks.1.depthwise.convolution.weight"] == [12, 1, 3, 3])
    #expect(tensors["classifier.dense.weight"] == [5, 16])
    #expect(tensors.values.reduce(0) { $0 + $1.reduce(1, *) } == Samples.weights(graph).count)
  }

  /// Every value of every kind of layer, found by the documented layouts of both sides.
  @Test func valuesAreWherePyTorchHasThem() throws {
    var builder = GraphBuilder(
      name: "layouts", input: TensorShape(height: 4, width: 4, channels: 6))
    var x = try builder.add(
      .convolution(
        Convolution(
          outputChannels: 4, kernel: Extent(height: 2, width: 3), groups: 2, hasBias: true)),
      named: "grouped", [builder.input])
    x = try builder.add(
      .convolution(Convolution(outputChannels: 5, kernel: Extent(1), groups: 2, hasBias: true)),
      named: "un-even", [x])
    x = try builder.add(
      .mixedDepthwise(
        MixedDepthwise(groups: [.init(kernel: 3, channels: 2), .init(kernel: 5, channels: 3)])),
      named: "mixed", [x])
    x = try builder.add(.globalAveragePool, named: "pool", [x])
    _ = try builder.add(.dense(Dense(units: 7)), named: "dense", [x])
    let graph = builder.graph()
    let count = graph.parameterTensors.reduce(0) { $0 + $1.count }
    let weights = NetworkWeights(graph: graph, values: (0..<count).map(Float.init))
    let stored = SafetensorsFile(tensors: weights.tensors(of: graph))

    let grouped = try #require(weights[named: "grouped.weight"])
    // [group, height, width, input, output]
    let ours = { (g: Int, h: Int, w: Int, i: Int, o: Int) in
      grouped[grouped.startIndex + (((g * 2 + h) * 3 + w) * 3 + i) * 2 + o]
    }
    let theirs = try #require(stored["grouped.weight"])
    #expect(theirs.shape == [4, 3, 2, 3])
    for o in 0..<4 {
      for i in 0..<3 {
        for h in 0..<2 {
          for w in 0..<3 {
            #expect(theirs.values[((o * 3 + i) * 2 + h) * 3 + w] == ours(o / 2, h, w, i, o % 2))
          }
        }
      }
    }
    // 4 inputs in 2 + 2, 5 outputs in 3 + 2; engine [input, output] for each group.
    let start = try #require(weights[named: "un-even.weight"]?.first)
    let parts: [[Float]] = [[0, 3, 1, 4, 2, 5], [6, 8, 7, 9]]
    #expect(stored["un_even.0.weight"]?.values == parts[0].map { start + $0 })
    #expect(stored["un_even.1.weight"]?.values == parts[1].map { start + $0 })
    #expect(stored["un_even.0.bias"]?.shape == [3])
    #expect(stored["un_even.1.bias"]?.shape == [2])
    // [height, width, channel] for each kernel.
    let mixed = try #require(weights[named: "mixed.weight"]?.first)
    let channels = [0, 1].map { channel in (0..<9).map { mixed + Float(2 * $0 + channel) } }
    #expect(stored["mixed.0.weight"]?.values == channels[0] + channels[1])
    #expect(stored["mixed.1.weight"]?.shape == [3, 1, 5, 5])
    // [input, unit]
    let dense = try #require(weights[named: "dense.weight"]?.first)
    #expect(stored["dense.weight"]?.shape == [7, 5])
    #expect(stored["dense.weight"]?.values[1 * 5 + 2] == dense + 2 * 7 + 1)

    let again = try NetworkWeights(graph: graph, tensors: stored.tensors.reversed(), file: "f")
    #expect(again == weights)
  }

  @Test func aFileBringsBackTheNetwork() throws {
    let graph = try Samples.graph()
    let weights = Samples.weights(graph)
    try Samples.withFolder { folder in
      let path = folder.appendingPathComponent("w.safetensors").path
      try WeightFile.write(weights, of: graph, Self.metadata, to: path)
      let file = try WeightFile(path: path)
      #expect(file.metadata == Self.metadata)
      #expect(file.tensors.metadata["format"] == "pt")
      #expect(try file.weights(of: graph) == weights)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
  }

  /// The digest of the weights says nothing of the texts beside them.
  @Test func aDescriptionThatHasChangedIsRefused() throws {
    let graph = try Samples.graph()
    let contents = try WeightFile.contents(Samples.weights(graph), of: graph, Self.metadata)
    let changed = { (key: String) in
      "mixnas.weights" == key || key == "format" ? nil : contents.metadata[key].map { $0 + " " }
    }
    try Samples.withFolder { folder in
      let path = folder.appendingPathComponent("w.safetensors").path
      func read(_ metadata: [String: String]) throws -> NetworkMetadata {
        var file = contents
        file.metadata = metadata
        try WholeFile.write(file.serialized(), to: path)
        return try WeightFile(path: path).metadata
      }
      for key in contents.metadata.keys {
        guard let text = changed(key) else { continue }
        let error = #expect(throws: WeightFileError.self, "\(key)") {
          try read(contents.metadata.merging([key: text]) { $1 })
        }
        guard case .metadata("mixnas.checksum", _) = error?.reason else {
          Issue.record("\(key): \(String(describing: error))")
          continue
        }
      }
      // A key that has changed is a text that is missing.
      var renamed = contents.metadata
      renamed["mixnas.normalizatioo"] = renamed.removeValue(forKey: "mixnas.normalization")
      #expect(throws: WeightFileError.self) { try read(renamed) }
      var old = contents.metadata
      old["mixnas.checksum"] = nil
      let described = try read(old)
      #expect(described == Self.metadata)
    }
  }

  @Test func aNamedNetworkIsNotAGenome() throws {
    let stored = StoredArchitecture.reference(
      .init(
        network: "resnet-50", input: TensorShape(height: 96, width: 96, channels: 3), classes: 7))
    #expect(try StoredArchitecture(json: CanonicalJSON.text(stored)) == stored)
    let genome = StoredArchitecture.genome(Samples.file)
    #expect(try StoredArchitecture(json: CanonicalJSON.text(genome)) == genome)
  }

  @Test func tensorsOfAnotherNetworkAreRefused() throws {
    let graph = try Samples.graph()
    let tensors = Samples.weights(graph).tensors(of: graph)
    func reason(_ change: (inout [SafetensorsFile.Tensor]) -> Void) -> WeightFileError.Reason? {
      var changed = tensors
      change(&changed)
      do {
        _ = try NetworkWeights(graph: graph, tensors: changed, file: "f")
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(reason { _ in } == nil)
    #expect(reason { $0.removeFirst(2) } == .missing(tensors.prefix(2).map(\.name)))
    #expect(
      reason { $0.append(.init(name: "more", shape: [1], values: [0])) } == .unexpected(["more"]))
    #expect(
      reason { $0[0].shape = [3, 8, 3, 3] }
        == .shape("stem.convolution.weight", needed: [8, 3, 3, 3], found: [3, 8, 3, 3]))
    #expect(reason { $0[0].values[1] = .nan } == .notFinite("stem.convolution.weight"))
    let variance = tensors.firstIndex { $0.name.hasSuffix("running_var") } ?? 0
    #expect(
      reason { $0[variance].values[0] = -1 } == .negativeVariance(tensors[variance].name))
  }

  @Test func changedWeightsAndStrangersAreNoticed() throws {
    let graph = try Samples.graph()
    try Samples.withFolder { folder in
      let path = folder.appendingPathComponent("w.safetensors").path
      var file = try WeightFile.contents(Samples.weights(graph), of: graph, Self.metadata)
      file.tensors[0].values[0] += 1
      try WholeFile.write(try file.serialized(), to: path)
      let error = #expect(throws: WeightFileError.self) {
        try WeightFile(path: path).weights(of: graph)
      }
      guard case .digest? = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      file.metadata = ["format": "pt"]
      try WholeFile.write(try file.serialized(), to: path)
      #expect(throws: WeightFileError(file: path, reason: .noArchitecture)) {
        try WeightFile(path: path)
      }
    }
  }

  @Test func metadataThatCannotBeIsRefused() throws {
    var texts = try Self.metadata.texts(digest: "0")
    // As somebody else wrote them.
    texts[NetworkMetadata.Key.checksum] = nil
    for (key, value) in [
      (NetworkMetadata.Key.architecture, "{}"),
      (NetworkMetadata.Key.normalization, #"{"epsilon":2,"momentum":0.9}"#),
      (NetworkMetadata.Key.normalization, #"{"epsilon":0.1,"momentum":0.9,"mean":[1]}"#),
      (NetworkMetadata.Key.classes, #"["a"]"#), (NetworkMetadata.Key.classes, "a"),
    ] {
      let error = #expect(throws: WeightFileError.Reason.self) {
        try NetworkMetadata(texts: texts.merging([key: value]) { $1 })
      }
      #expect(error.map { "\($0)".contains(key) } == true)
    }
    #expect(try NetworkMetadata(texts: [:]) == nil)
  }
}

extension SafetensorsFile {
  fileprivate subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }
}
