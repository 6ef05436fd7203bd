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
    // Search spaces
    Mistake(
      arguments: ["search", "missing.yaml"], status: 65, says: ["missing.yaml", "no such file"]),
    Mistake(
      arguments: ["describe", "typo.yaml"], status: 65,
      says: ["typo.yaml:2", "resolutoin", "resolution"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--target", "5parsecs"], status: 65,
      says: ["parsecs", "5ms"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--cost", "latency"], status: 65, says: ["target"]),
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
    // Runs
    Mistake(arguments: ["resume", "."], status: 65, says: ["run.json"]),
    Mistake(arguments: ["show", "no-such-run"], status: 65, says: ["no-such-run"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--output", "full"], status: 65, says: ["full", "empty"]),
    Mistake(
      arguments: ["search", "tiny.yaml", "--output", "/proc/mixnas"], status: 74,
      says: ["/proc/mixnas"]),
    Mistake(
      arguments: ["export", "mixnet-s", "--output", "no/such/folder/x.json"], status: 74,
      says: ["no/such/folder/x.json"]),
  ]

  @Test(arguments: mistakes) func isExplained(mistake: Mistake) throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    _ = try tool.write(
      tinySpace.replacingOccurrences(of: "channels: 3\n", with: "channels: 1\n"), to: "gray.yaml")
    _ = try tool.write("name: typo\ninput: {resolutoin: 32}\n", to: "typo.yaml")
    _ = try tool.write("{\"version\": 1, \"name\":", to: "broken.json")
    try FileManager.default.createDirectory(
      atPath: tool.path("full"), withIntermediateDirectories: true)
    _ = try tool.write("precious", to: "full/notes.txt")

    let result = try tool.run(mistake.arguments)
    #expect(result.status == mistake.status, "\(result.errors)")
    #expect(!result.wasKilled)
    #expect(result.output.isEmpty, "results alone go to standard output: \(result.output)")
    for text in mistake.says {
      #expect(result.errors.contains(text), "\(result.errors)")
    }
    #expect(try String(contentsOfFile: tool.path("full/notes.txt"), encoding: .utf8) == "precious")
  }

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
