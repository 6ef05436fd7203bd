import Foundation
import Testing

/// What a user gets wrong is answered with what, where, and what to do, and an exit code.
@Suite struct MistakeTests {
  struct Mistake: CustomTestStringConvertible, Sendable {
    let arguments: [String]
    let status: Int32
    /// All of them must be in the message.
    let says: [String]

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let mistakes: [Mistake] = [
    // Usage
    Mistake(arguments: ["serch"], status: 64, says: ["serch"]),
    Mistake(arguments: ["search"], status: 64, says: ["<space>"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--evaluations", "0"], status: 64,
      says: ["--evaluations", "1"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--workers", "many"], status: 64, says: ["--workers"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--dataset", "mnist"], status: 64,
      says: ["--data-directory", "train-images-idx3-ubyte"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--data-directory", "."], status: 64,
      says: ["--dataset"]),
    Mistake(
      arguments: ["describe", "tiny.yaml", "--classes", "9223372036854775807"], status: 64,
      says: ["--classes"]),
    Mistake(
      arguments: ["bench", "networks", "--runs", "5", "--milliseconds", "3"], status: 64,
      says: ["--runs", "--milliseconds"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "safetensors", "--verify", "--output", "a"],
      status: 64, says: ["--verify", "onnx, pytorch"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "blocks", "--images", "5"], status: 64,
      says: ["--images", "onnx, pytorch"]),
    Mistake(
      arguments: [
        "export", "mixnet-s", "--format", "onnx", "--output", "a.onnx", "--no-verify", "--python",
        "python3",
      ], status: 64, says: ["--python", "--no-verify"]),
    Mistake(
      arguments: [
        "export", "mixnet-s", "--format", "onnx", "--output", "a.onnx", "--data-directory", ".",
      ], status: 64, says: ["--data-directory", "--dataset"]),
    Mistake(
      arguments: ["export", "full", "--select", "pareto"], status: 64, says: ["--output", "folder"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "a.onnx/"], status: 64,
      says: ["--output", "folder"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "a.onnx", "--mixed", "fastest", "--no-verify"],
      status: 64, says: ["--mixed fastest", "--no-verify"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "a.tflite"], status: 64,
      says: ["a.tflite", "--format"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "/dev/stdout", "--json"], status: 64,
      says: ["--json", "standard output"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "dot", "--output", "a.ONNX"], status: 64,
      says: ["a.ONNX", "onnx"]),
    Mistake(arguments: ["show", "full", "--svg", "/dev/stdout"], status: 64, says: ["--svg"]),
    Mistake(arguments: ["export", "mixnet-s", "--format", "onx"], status: 64, says: ["onx"]),
    Mistake(arguments: ["latency", "mixnet-s", "--threads", "0"], status: 64, says: ["--threads"]),
    Mistake(arguments: ["bench", "serch"], status: 64, says: ["serch"]),
    Mistake(
      arguments: ["bench", "networks", "--threads", "0"], status: 64, says: ["--threads", "256"]),
    Mistake(
      arguments: ["bench", "networks", "--batch", "0"], status: 64, says: ["--batch", "4096"]),
    Mistake(
      arguments: ["bench", "networks", "--runs", "0"], status: 64, says: ["--runs", "1000000"]),
    Mistake(
      arguments: ["bench", "networks", "--milliseconds", "0"], status: 64,
      says: ["--milliseconds"]),
    Mistake(arguments: ["train"], status: 64, says: ["--resume DIR"]),
    Mistake(
      arguments: ["train", "mixnet-s", "--resume", "x", "--ema", "0.9", "--epochs", "3"],
      status: 64, says: ["mixnet-s, --epochs, --ema"]),
    Mistake(
      arguments: ["train", "mixnet-s", "--epochs", "0"], status: 64, says: ["--epochs", "100000"]),
    Mistake(
      arguments: ["train", "mixnet-s", "--validation", "1"], status: 64, says: ["--validation"]),
    Mistake(arguments: ["train", "mixnet-s", "--ema", "1"], status: 64, says: ["--ema"]),
    Mistake(arguments: ["train", "mixnet-s", "--mixup", "-1"], status: 64, says: ["--mixup"]),
    Mistake(
      arguments: ["train", "mixnet-s", "--optimizer", "adam"], status: 64, says: ["adamw"]),
    // Search spaces
    Mistake(
      arguments: ["search", "missing.yaml"], status: 65, says: ["missing.yaml", "No such file"]),
    Mistake(
      arguments: ["describe", "typo.yaml"], status: 65,
      says: ["typo.yaml:2", "resolutoin", "resolution"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--target", "5parsecs"], status: 64,
      says: ["parsecs", "5ms"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--cost", "latency"], status: 64, says: ["--target"]),
    Mistake(arguments: ["search", "full"], status: 65, says: ["full", "Is a directory"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--output", ""], status: 64, says: ["--output", "name"]),
    Mistake(
      arguments: ["describe", "tiny.yaml", "--resolution", "64"], status: 64,
      says: ["--resolution", "space"]),
    Mistake(
      arguments: ["latency", "tiny.yaml"], status: 65, says: ["tiny.yaml", "search space"]),
    // Data
    Mistake(
      arguments: ["search", "tiny.yaml", "--dataset", "mnist", "--data-directory", "nowhere"],
      status: 65, says: ["nowhere"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--dataset", "cifar-10", "--data-directory", "."],
      status: 65, says: ["data_batch_1.bin"]),
    Mistake(
      arguments: ["search", "gray.yaml"], status: 65, says: ["1 channel", "3 channels"]),
    // Networks and genomes
    Mistake(
      arguments: ["describe", "mixnet-xs"], status: 65, says: ["mixnet-xs", "describe --help"]),
    Mistake(arguments: ["describe", "broken.json"], status: 65, says: ["broken.json"]),
    Mistake(
      arguments: ["bench", "networks", "mixnet-xs"], status: 65,
      says: ["mixnet-xs", "describe --help"]),
    Mistake(
      arguments: ["bench", "networks", "broken.json", "--runs", "1"], status: 65,
      says: ["broken.json"]),
    Mistake(
      arguments: ["bench", "kernels", "--filter", "nonesuch"], status: 65,
      says: ["nonesuch", "bench kernels"]),
    Mistake(
      arguments: ["describe", "stem8_s1 r1_k4_s1_e1_o8 head16"], status: 65, says: ["4", "odd"]),
    Mistake(
      arguments: ["export", "resnet-50"], status: 65, says: ["resnet-50", "MixConv", "genome"]),
    Mistake(
      arguments: ["export", "shufflenet-v1-g3", "--format", "blocks"], status: 65,
      says: ["shufflenet-v1-g3", "block notation"]),
    Mistake(
      arguments: ["describe", "mobilenet-v1", "--resolution", "4"], status: 65,
      says: ["blocks.3.depthwise", "larger"]),
    Mistake(
      arguments: ["describe", "mixnet-s", "resnet-50"], status: 64, says: ["2", "--compare"]),
    Mistake(
      arguments: ["describe", "--compare", "mixnet-s", "tiny.yaml"], status: 64,
      says: ["tiny.yaml", "search space"]),
    Mistake(
      arguments: ["describe", "mixnet-s", "--no-latency"], status: 64, says: ["--compare"]),
    Mistake(
      arguments: ["describe", "--compare", "mixnet-s", "resnet-51"], status: 65,
      says: ["resnet-51"]),
    Mistake(
      arguments: ["latency", "mixnet-s", "resnet-51"], status: 65, says: ["resnet-51"]),
    Mistake(
      arguments: ["latency", "mixnet-s", "--select", "pareto"], status: 64,
      says: ["--select", "run folder", "mixnet-s"]),
    Mistake(
      arguments: [
        "export", "mixnet-s", "--format", "onnx", "--output", "x.onnx", "--verify", "--no-verify",
      ], status: 64, says: ["--no-verify"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--select", "3"], status: 64,
      says: ["--select", "mixnet-s"]),
    Mistake(
      arguments: ["train", "mixnet-s", "--select", "best"], status: 64,
      says: ["--select", "mixnet-s"]),
    Mistake(
      arguments: [
        "bench", "networks", "resnet-50", "--training", "--batch", "4096", "--resolution", "4096",
      ], status: 65, says: ["memory", "fewer images"]),
    // Runs
    Mistake(arguments: ["list", ".", "--front"], status: 64, says: ["--front"]),
    Mistake(arguments: ["resume", "."], status: 65, says: ["run.json"]),
    Mistake(
      arguments: ["train", "--resume", "full"], status: 65, says: ["full", "training.json"]),
    Mistake(
      arguments: ["train", "mixnet-xs"], status: 65, says: ["mixnet-xs", "describe --help"]),
    Mistake(
      arguments: ["train", "stem8_s1 r1_k3_s1_e1_o8 head16", "--output", "full"], status: 65,
      says: ["full", "empty"]),
    Mistake(
      arguments: ["train", "stem8_s1 r1_k3_s1_e1_o8 head16", "--output", "/proc/mixnas"],
      status: 74, says: ["/proc/mixnas"]),
    Mistake(arguments: ["show", "no-such-run"], status: 65, says: ["no-such-run"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--output", "full"], status: 65, says: ["full", "empty"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--output", "/proc/mixnas"], status: 74,
      says: ["/proc/mixnas"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "no/such/folder/x.json"], status: 74,
      says: ["no/such/folder/x.json"]),
    // Exports
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "onnx"], status: 64,
      says: ["onnx", "--output"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "pytorch", "--output", "x.onnx"], status: 64,
      says: [".py", "x.onnx"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "pytorch", "--output", "/dev/full"],
      status: 64, says: [".py", "/dev/full"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--mixed", "merged"], status: 64,
      says: ["--mixed", "onnx", "genome"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "onnx", "--output", "x.onnx", "--batch", "0"],
      status: 64, says: ["--batch", "0"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--seed", "1"], status: 64, says: ["--seed", "genome"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--json"], status: 64, says: ["--json", "--output"]),
    Mistake(
      arguments: ["export", "resnet-50", "--format", "blocks"], status: 65,
      says: ["resnet-50", "block notation"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--format", "onnx", "--output", "no/x.onnx"], status: 74,
      says: ["no/x.onnx", "folder"]),
    Mistake(
      arguments: [
        "export", "stem8_k3_s2 r1_k3_s1_e1_o8 head16", "--resolution", "8", "--format",
        "safetensors", "--output", "full",
      ], status: 64, says: [".safetensors", "full"]),
    Mistake(
      arguments: [
        "export", "stem8_k3_s2 r1_k3_s1_e1_o8 head16", "--resolution", "8", "--format",
        "safetensors", "--output", "folder.safetensors",
      ], status: 74, says: ["folder.safetensors", "folder of this name"]),
    Mistake(
      arguments: [
        "export", "stem8_k3_s2 r1_k3_s1_e1_o8 head16", "--resolution", "8", "--format", "onnx",
        "--output", "x.onnx", "--verify", "--python", "/no/python",
      ], status: 65, says: ["/no/python", "--python"]),
    Mistake(
      arguments: ["describe", "broken.safetensors"], status: 65,
      says: ["broken.safetensors", "no safetensors file"]),
    Mistake(
      arguments: ["import", "missing.safetensors", "--genome", "mixnet-s"], status: 65,
      says: ["missing.safetensors"]),
    Mistake(
      arguments: ["import", "broken.safetensors", "--genome", "mixnet-xs"], status: 65,
      says: ["mixnet-xs"]),
    Mistake(
      arguments: ["import", "broken.safetensors"], status: 64, says: ["--genome"]),
    Mistake(
      arguments: ["import", "trained.pt", "--genome", "mixnet-s"], status: 65,
      says: ["trained.pt", "torch.save", "save_file"]),
    Mistake(
      arguments: ["latency", "winner.onnx"], status: 65, says: ["winner.onnx", "other runtimes"]),
    Mistake(
      arguments: ["describe", "network.blocks"], status: 65,
      says: ["block notation", "$(cat network.blocks)"]),
    Mistake(arguments: ["show", "training"], status: 65, says: ["a training", "--resume"]),
    Mistake(arguments: ["list", "training"], status: 65, says: ["a training", "describe"]),
    Mistake(arguments: ["search", "mixnet-s"], status: 64, says: ["is a network", ".yaml"]),
    // A file that isn't there is no block notation, whatever its name.
    Mistake(arguments: ["describe", "my_genome.json"], status: 65, says: ["neither a file"]),
    Mistake(arguments: ["describe", "r1_k3_s1_e1_o8"], status: 65, says: ["stem"]),
    Mistake(arguments: ["describe", "broken.json"], status: 65, says: ["not JSON", "character"]),
    Mistake(
      arguments: ["describe", "fraction.json"], status: 65, says: ["fraction.json", "whole number"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "x.onnx", "--format", "genome"], status: 64,
      says: ["x.onnx", "onnx"]),
    Mistake(arguments: ["export", "mixnet-s", "--output", ""], status: 64, says: ["--output"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--dataset", "npy", "--data-directory", ""], status: 64,
      says: ["--data-directory"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--output", "foreign"], status: 74,
      says: ["foreign/lock", "move it away"]),
  ]

  @Test(arguments: mistakes) func isExplained(mistake: Mistake) throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    _ = try tool.write(
      tinySpace.replacingOccurrences(of: "channels: 3\n", with: "channels: 1\n"), to: "gray.yaml")
    _ = try tool.write("name: typo\ninput: {resolutoin: 32}\n", to: "typo.yaml")
    _ = try tool.write("{\"version\": 1, \"name\"    3}", to: "broken.json")
    _ = try tool.write("no weights", to: "broken.safetensors")
    _ = try tool.write("PK\u{3}\u{4} and a pickle", to: "trained.pt")
    _ = try tool.write("a graph", to: "winner.onnx")
    _ = try tool.write("stem8_k3_s2 r1_k3_s1_e1_o8 head16\n", to: "network.blocks")
    try FileManager.default.createDirectory(
      atPath: tool.path("training"), withIntermediateDirectories: true)
    _ = try tool.write("{}", to: "training/training.json")
    try FileManager.default.createDirectory(
      atPath: tool.path("folder.safetensors"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: tool.path("full"), withIntermediateDirectories: true)
    _ = try tool.write("precious", to: "full/notes.txt")
    try FileManager.default.createDirectory(
      atPath: tool.path("foreign"), withIntermediateDirectories: true)
    _ = try tool.write("precious", to: "foreign/lock")
    _ = try tool.write(
      "{\"version\": 1.5, \"name\": \"x\"}", to: "fraction.json")

    let result = try tool.run(mistake.arguments)
    #expect(result.status == mistake.status, "\(result.errors)")
    #expect(!result.wasKilled)
    #expect(result.output.isEmpty, "results alone go to standard output: \(result.output)")
    for text in mistake.says {
      #expect(result.errors.contains(text), "\(result.errors)")
    }
    for file in ["full/notes.txt", "foreign/lock"] {
      #expect(try String(contentsOfFile: tool.path(file), encoding: .utf8) == "precious")
    }
    #expect(!FileManager.default.fileExists(atPath: tool.path("full/lock")))
  }

  #if os(Linux)
    @Test(arguments: ["onnx", "safetensors", "genome", "dot"])
    func aFullDiskIsNoticed(format: String) throws {
      let tool = try Tool()
      defer { tool.remove() }
      let result = try tool.run(
        [
          "export", "stem8_k3_s2 r1_k3_s1_e1_o8 head16", "--resolution", "8", "--format", format,
          "--output", "/dev/full",
        ] + (format == "onnx" ? ["--no-verify"] : []))
      #expect(result.status == 74, "\(result.errors)")
      #expect(result.errors.contains("/dev/full"))
      #expect(result.errors.contains("No space left"), "\(result.errors)")
    }
  #endif

  @Test func anUnknownInstructionSetIsRefused() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let result = try tool.run(
      ["describe", "mixnet-s"], environment: ["MIXNAS_INSTRUCTION_SET": "avx1024"])
    #expect(result.status == 65)
    #expect(result.errors.contains("avx1024"))
    #expect(result.errors.contains("baseline"))
  }
}
