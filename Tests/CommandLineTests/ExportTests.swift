import Files
import Foundation
import Testing
import WeightFiles

/// Networks go out and come back through the command line.
@Suite struct ExportTests {
  private static let blocks = "stem8_k3_s2 r1_k3.5_s1_e2_o8_se0.25_sw r1_k3_s2_e2_o12 head16"
  private static let size = ["--resolution", "16", "--classes", "4"]

  /// One run, its candidate exported twice: trained again, then taken from what was kept.
  @Test func aCandidateIsTrainedAgainToTheSameAccuracy() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    try tool.succeed(["search", space, "--output", "run", "--evaluations", "2", "--quiet"])
    let first = try tool.run(
      ["export", "run", "--format", "onnx", "--output", "a.onnx", "--no-verify"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("exactly as recorded"), "\(first.errors)")
    #expect(first.output.contains("run in no other runtime"))
    let kept = try FileManager.default.contentsOfDirectory(atPath: tool.path("run/weights"))
    #expect(kept.count == 1)

    let second = try tool.run(
      ["export", "run", "--format", "onnx", "--output", "b.onnx", "--no-verify"])
    #expect(second.status == 0)
    #expect(!second.errors.contains("again"), "\(second.errors)")
    #expect(try data(tool, "a.onnx") == data(tool, "b.onnx"))

    // What was kept is a network for every command, also for an export.
    let file = try WeightFile(path: tool.path("run/weights/\(kept[0])"))
    #expect(file.metadata.classNames?.count == 10)
    #expect(file.metadata.normalization.mean?.count == 3)
    let third = try tool.run([
      "export", "run/weights/\(kept[0])", "--format", "onnx", "--output", "c.onnx", "--no-verify",
    ])
    #expect(third.status == 0, "\(third.errors)")
    #expect(try data(tool, "c.onnx") == data(tool, "a.onnx"))
    #expect(try tool.run(["describe", "run/weights/\(kept[0])"]).status == 0)

    // A file that is not what it was is made again.
    try Data("broken".utf8).write(
      to: URL(fileURLWithPath: tool.path("run/weights/\(kept[0])")))
    let fourth = try tool.run(
      ["export", "run", "--format", "onnx", "--output", "d.onnx", "--no-verify"])
    #expect(fourth.status == 0)
    #expect(fourth.errors.contains("training the candidate again"), "\(fourth.errors)")
    #expect(try data(tool, "d.onnx") == data(tool, "a.onnx"))

    // So is one that another search has trained.
    var other = try SafetensorsFile(path: file.path)
    #expect(other.metadata["mixnas.run"] != nil)
    other.metadata["mixnas.run"] = "another"
    other.metadata["mixnas.checksum"] = nil
    try WholeFile.write(other.serialized(), to: file.path)
    let fifth = try tool.run(["export", "run", "--output", "e.onnx", "--no-verify"])
    #expect(fifth.status == 0)
    #expect(fifth.errors.contains("network or run"), "\(fifth.errors)")
    #expect(try data(tool, "e.onnx") == data(tool, "a.onnx"))

    let classes = try tool.run([
      "export", "run", "--format", "onnx", "--output", "x.onnx", "--classes", "3",
    ])
    #expect(classes.status == 65)
    #expect(classes.errors.contains("10 classes"), "\(classes.errors)")

    // The whole front, a file for each.
    let front = try tool.run([
      "export", "run", "--select", "pareto", "--format", "safetensors", "--output", "front",
    ])
    #expect(front.status == 0, "\(front.errors)")
    #expect(!(try FileManager.default.contentsOfDirectory(atPath: tool.path("front"))).isEmpty)
    for (format, suffix) in [("genome", ".json"), ("dot", ".dot")] {
      let texts = try tool.run([
        "export", "run", "--select", "pareto", "--format", format, "--output", format, "--json",
      ])
      #expect(texts.status == 0, "\(texts.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: tool.path(format))
      #expect(!names.isEmpty && names.allSatisfy { $0.hasSuffix(suffix) })
      let reports = try JSONSerialization.jsonObject(with: Data(texts.output.utf8)) as? [Any]
      #expect(reports?.count == names.count)
    }
  }

  @Test func randomWeightsAreSaidToBeAndFollowTheSeed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    func export(_ name: String, _ more: String...) throws -> Tool.Result {
      try tool.succeed(
        ["export", Self.blocks, "--format", "safetensors", "--output", name] + Self.size + more)
    }
    let plain = try export("a.safetensors")
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(plain.errors.contains("random weights (seed 0)"))
    _ = try export("b.safetensors", "--seed", "0")
    _ = try export("c.safetensors", "--seed", "1")
    #expect(try data(tool, "a.safetensors") == data(tool, "b.safetensors"))
    #expect(try data(tool, "a.safetensors") != data(tool, "c.safetensors"))
    let seeded = try tool.run([
      "export", "a.safetensors", "--format", "onnx", "--output", "a.onnx", "--seed", "3",
    ])
    #expect(seeded.status == 64)
    #expect(seeded.errors.contains("--seed"))
  }

  @Test func aFileThatNobodyNamedIsNotReplaced() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write("precious", to: "model.safetensors")
    func export(_ name: String) throws -> Tool.Result {
      try tool.run(
        ["export", Self.blocks, "--format", "pytorch", "--no-verify", "--output", name] + Self.size)
    }
    let refused = try export("model.py")
    #expect(refused.status == 74 && refused.errors.contains("model.safetensors"))
    #expect(try data(tool, "model.safetensors") == Data("precious".utf8))
    #expect(try export("other.py").status == 0)
    // A pair is replaced as a pair, but not a script of somebody else's with its weights.
    let other = try tool.run(
      ["export", Self.blocks, "--format", "pytorch", "--no-verify", "--output", "other.py"]
        + ["--seed", "1"] + Self.size)
    #expect(other.status == 0, "\(other.errors)")
    _ = try tool.write("print()", to: "model.py")
    #expect(try export("model.py").status == 74)
    #expect(try data(tool, "model.py") == Data("print()".utf8))
    _ = try tool.write("print()", to: "script.py")
    let script = try export("script.py")
    #expect(script.status == 74 && script.errors.contains("no export"), "\(script.errors)")
    // What PyTorch has trained further stands beside the file that loads it.
    let trained = try SafetensorsFile(
      tensors: SafetensorsFile(path: tool.path("other.safetensors")).tensors
    ).serialized()
    try trained.write(to: URL(fileURLWithPath: tool.path("other.safetensors")))
    #expect(try export("other.py").status == 74)
    #expect(try data(tool, "other.safetensors") == trained)
    // The same weights are no loss.
    try tool.succeed(
      ["export", Self.blocks, "--format", "safetensors", "--output", "same.safetensors"]
        + Self.size)
    #expect(try export("same.py").status == 0)
  }

  @Test func whatARunOrATrainingNeedsIsNotReplaced() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    try tool.succeed(["search", space, "--output", "run", "--evaluations", "1", "--quiet"])
    try tool.succeed(["train", "run", "--epochs", "1", "--output", "training", "--quiet"])
    try FileManager.default.createSymbolicLink(
      atPath: tool.path("link"), withDestinationPath: "run/../run/run.json")
    // Above what this leads to lies the run, and nothing of that name above the link.
    try FileManager.default.createDirectory(
      atPath: tool.path("far/folder"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: tool.path("far/run"), withDestinationPath: tool.path("run"))
    try FileManager.default.createDirectory(
      atPath: tool.path("near"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: tool.path("near/elsewhere"), withDestinationPath: "../far/folder")
    for command in [
      ["export", "run", "--output", "run/run.json"],
      ["export", "run", "--output", "run/best.json"],
      ["export", "training", "--output", "training/../training/best.safetensors"],
      ["export", Self.blocks, "--output", "training/last.safetensors"],
      ["show", "run", "--svg", "run/journal.jsonl"],
      ["export", "run", "--output", "link"],
      ["export", "run", "--output", "near/elsewhere/../run/run.json"],
      [
        "import", "training/best.safetensors", "--genome", "training", "--output",
        "training/best.safetensors",
      ],
    ] {
      let refused = try tool.run(command)
      #expect(refused.status == 74 && refused.errors.contains("belongs to"), "\(refused.errors)")
    }
    #expect(try tool.run(["resume", "run", "--evaluations", "2", "--quiet"]).status == 0)
    #expect(try tool.run(["export", "run", "--output", "run/winner.json"]).status == 0)
    #expect(try tool.run(["train", "--resume", "training"]).status == 0)
  }

  /// Names with what PyTorch's wrappers put in front; what a run's kept weights say of its images.
  @Test func aRunDescribesTheImagesOfItsWeights() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    try tool.succeed(["search", space, "--output", "run", "--evaluations", "1", "--quiet"])
    func imported(_ output: String) throws -> (NetworkMetadata, errors: String) {
      let result = try tool.run([
        "import", "torch.safetensors", "--genome", "run", "--output", output,
      ])
      #expect(result.status == 0, "\(result.errors)")
      return (try WeightFile(path: tool.path(output)).metadata, result.errors)
    }
    try tool.succeed(["export", "run", "--output", "own.safetensors"])
    let own = try WeightFile(path: tool.path("own.safetensors"))
    let wrapped = own.tensors.tensors.map {
      SafetensorsFile.Tensor(name: "module." + $0.name, shape: $0.shape, values: $0.values)
    }
    try WholeFile.write(
      SafetensorsFile(tensors: wrapped).serialized(), to: tool.path("torch.safetensors"))
    var elsewhere = own.tensors
    elsewhere.metadata["mixnas.data"] = "another"
    elsewhere.metadata["mixnas.checksum"] = nil
    try WholeFile.write(elsewhere.serialized(), to: tool.path("elsewhere.safetensors"))
    let lost = try tool.run(["train", "elsewhere.safetensors", "--epochs", "1"])
    #expect(lost.status == 64 && lost.errors.contains("--dataset"), "\(lost.errors)")

    let (described, silence) = try imported("a.safetensors")
    #expect(described.normalization == own.metadata.normalization)
    #expect(described.classNames == own.metadata.classNames && described.data == nil)
    #expect(!silence.contains("warning"), "\(silence)")

    try FileManager.default.removeItem(atPath: tool.path("run/weights"))
    let (named, warning) = try imported("b.safetensors")
    #expect(named.normalization.mean == nil && named.classNames == own.metadata.classNames)
    #expect(warning.contains("no mean and deviation"), "\(warning)")
  }

  /// As `safetensors.torch.save_file(model.state_dict())` writes it: no description, and counts
  /// of batches that are no floats.
  @Test func weightsOfAStateDictComeBack() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.succeed(
      ["export", Self.blocks, "--format", "safetensors", "--output", "own.safetensors"]
        + Self.size)
    let own = try SafetensorsFile(path: tool.path("own.safetensors"))
    let values = own.tensors.map { tensor in
      SafetensorsFile.Tensor(
        name: tensor.name, shape: tensor.shape,
        values: tensor.name.hasSuffix("running_var")
          ? tensor.values : tensor.values.map { $0 + 0.125 })
    }
    try WholeFile.write(
      Self.withBatchCount(SafetensorsFile(tensors: values)), to: tool.path("torch.safetensors"))
    let result = try tool.run(
      ["import", "torch.safetensors", "--genome", Self.blocks, "--output", "new.safetensors"]
        + Self.size)
    #expect(result.status == 0, "\(result.errors)")
    let new = try WeightFile(path: tool.path("new.safetensors"))
    #expect(new.tensors.tensors == values)
    _ = try new.weights(of: new.graph())
    #expect(new.metadata.architecture.classes == 4)

    // A run folder, a JSON genome or another weight file name the network as well.
    let again = try tool.run(
      ["import", "torch.safetensors", "--genome", "new.safetensors", "--json"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output.contains("torch.imported.safetensors"))
    // A name that nobody gave replaces nothing.
    let once = try tool.run(["import", "torch.safetensors", "--genome", "new.safetensors"])
    #expect(once.status == 74 && once.errors.contains("--output"), "\(once.errors)")
    let blocks = try tool.run(["export", "new.safetensors", "--format", "blocks"])
    #expect(blocks.output.hasPrefix("stem8_k3_s2"))
    // Nobody knows what it was trained on.
    let further = try tool.run([
      "train", "new.safetensors", "--epochs", "1", "--validation", "0.5", "--quiet", "--output",
      "t",
    ])
    #expect(further.status == 0, "\(further.errors)")
    #expect(further.errors.contains("don't say which images"), "\(further.errors)")

    let other = try tool.run(
      ["import", "torch.safetensors", "--genome", Self.blocks, "--output", "x.safetensors"])
    #expect(other.status == 65)
    #expect(other.errors.contains("classifier.dense.weight"), "\(other.errors)")
    #expect(other.errors.contains("[1000, 16]"), "\(other.errors)")
    #expect(!FileManager.default.fileExists(atPath: tool.path("x.safetensors")))
  }

  /// What stands before and after it in the same stream stays, and nothing is mixed with it.
  @Test func aStreamHoldsTheFileAlone() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let export = "mixnas export '\(Self.blocks)' \(Self.size.joined(separator: " ")) --output"
    let log = try tool.shell(
      "{ echo before; \(export) /dev/stdout --format dot; echo after; } > log")
    #expect(log.status == 0 && log.errors.contains("wrote /dev/stdout"), "\(log.errors)")
    let text = try String(contentsOfFile: tool.path("log"), encoding: .utf8)
    #expect(text.hasPrefix("before\ndigraph ") && text.hasSuffix("}\nafter\n"), "\(text)")
    for redirection in ["> own.safetensors", "| cat > piped.safetensors"] {
      let weights = try tool.shell("\(export) /dev/stdout --format safetensors \(redirection)")
      #expect(weights.status == 0 && weights.errors.contains("digest"), "\(weights.errors)")
    }
    let file = try WeightFile(path: tool.path("own.safetensors"))
    _ = try file.weights(of: file.graph())
    #expect(try data(tool, "own.safetensors") == data(tool, "piped.safetensors"))
  }

  @Test func genomesAndBlocksComeBack() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let arguments = ["export", Self.blocks] + Self.size
    let json = try tool.run(arguments + ["--format", "genome", "--output", "a.json"])
    #expect(json.status == 0)
    let again = try tool.run(["export", "a.json", "--format", "genome"])
    #expect(try again.output == String(contentsOfFile: tool.path("a.json"), encoding: .utf8))
    let blocks = try tool.run(["export", "a.json", "--format", "blocks"])
    let notation = blocks.output.trimmingCharacters(in: .newlines)
    #expect(try tool.run(["export", notation, "--format", "blocks"]).output == blocks.output)
    try tool.succeed(["export", notation, "--output", "b.json"] + Self.size)
    #expect(try data(tool, "b.json") == data(tool, "a.json"))
    let drawing = try tool.run(["export", "a.json", "--format", "dot"])
    #expect(drawing.output.contains("\"blocks.0.squeeze-excitation\""))
  }

  private func data(_ tool: Tool, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: tool.path(name)))
  }

  /// The file with one more tensor, a 64-bit count.
  private static func withBatchCount(_ file: SafetensorsFile) throws -> Data {
    let data = try file.serialized()
    let length = Int(
      data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) })
    let values = data.count - 8 - length
    var header = String(decoding: data[8..<8 + length], as: UTF8.self)
      .trimmingCharacters(in: .whitespaces)
    header.removeLast()
    header +=
      #","stem.normalization.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":["#
      + "\(values),\(values + 8)]}}"
    return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
      + Data(header.utf8) + data.suffix(values) + Data(repeating: 0, count: 8)
  }
}
