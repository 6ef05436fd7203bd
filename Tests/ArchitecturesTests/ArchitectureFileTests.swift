import Foundation
import Testing

@testable import Architectures

struct ArchitectureFileTests {
  private static let block = #"{"kernels": [3, 5], "expansion": 4, "channels": 24, "stride": 2}"#

  private static func text(
    version: String = "1", input: String = #"{"height": 32, "width": 30, "channels": 3}"#,
    stem: String = #"{"channels": 16, "stride": 1}"#, block: String = block,
    head: String = #"{"channels": 64, "dropout": 0.2}"#, more: String = ""
  ) -> String {
    """
    {"version": \(version), "name": "tiny", "input": \(input), "classes": 10\(more),
     "genome": {"stem": \(stem), "blocks": [\(block), \(block)], "head": \(head)}}
    """
  }

  private static func read(_ text: String) throws -> ArchitectureFile {
    try ArchitectureFile(json: Data(text.utf8))
  }

  @Test func reading() throws {
    let file = try Self.read(Self.text())
    let block = Block(kernels: [3, 5], stride: 2, expansion: 4, outputChannels: 24)
    let genome = Genome(
      stem: .init(channels: 16, stride: 1), blocks: [block, block],
      head: .init(channels: 64, dropout: 0.2))
    let input = TensorShape(height: 32, width: 30, channels: 3)
    #expect(
      file == ArchitectureFile(name: "tiny", input: input, classes: 10, genome: genome))
    #expect(try file.graph().output.channels == 10)
  }

  @Test func roundTrip() throws {
    var random = SplitMix(seed: 6)
    for index in 0..<100 {
      let file = ArchitectureFile(
        name: "tree \"\(index)\" / ü", input: TensorShape(height: 64, width: 64, channels: 1),
        classes: 7, genome: .random(using: &random))
      let json = try file.json()
      #expect(try ArchitectureFile(json: json) == file)
      #expect(try file.json() == json)
    }
  }

  @Test func keys() throws {
    let genome = try Genome(blockNotation: "stem8_s1 k3_s1_e6_o24 head8")
    let input = TensorShape(height: 8, width: 8, channels: 1)
    let file = ArchitectureFile(name: "a", input: input, classes: 2, genome: genome)
    let text = String(decoding: try file.json(), as: UTF8.self)
    let keys = text.split(separator: "\n").compactMap { line in
      line.contains(":") ? line.split(separator: "\"")[1] : nil
    }
    #expect(
      keys == [
        "classes", "genome", "blocks", "activation", "channels", "dilated", "expandGroups",
        "expansion", "kernels", "projectGroups", "skip", "split", "squeezeExcitation", "stride",
        "head", "activation", "channels", "dropout", "stem", "activation", "channels", "kernel",
        "stride", "input", "channels", "height", "width", "name", "version",
      ])
  }

  @Test(arguments: [
    (text(head: #"{"dropout": 0}"#), "genome.head.channels: this key is missing"),
    (
      text(block: #"{"kernels": [3, "5"], "expansion": 4, "channels": 24}"#),
      "genome.blocks[0].kernels[1]: a whole number is needed"
    ),
    (
      text(block: #"{"kernels": 3, "expansion": 4, "channels": 24}"#),
      "genome.blocks[0].kernels: a list in square brackets is needed"
    ),
    (
      text(block: #"{"kernels": [3], "expansion": "4", "channels": 24}"#),
      "genome.blocks[0].expansion: a number is needed"
    ),
    (
      text(block: #"{"kernels": [3], "expansion": 4, "channels": 24, "skip": 1}"#),
      "genome.blocks[0].skip: true or false is needed"
    ),
    (
      text(block: #"{"kernels": [3], "expansion": 4, "channels": 24, "split": "even"}"#),
      "genome.blocks[0].split: 'even' is not one of equal, exponential"
    ),
    (
      text(stem: #"{"channels": 16, "strides": 1}"#),
      "genome.stem.strides: unknown key; the keys here are channels, kernel, stride, activation"
    ),
    (
      text(more: #", "notes": "x""#),
      "notes: unknown key; the keys here are version, name, input, classes, genome"
    ),
    (
      text(input: #"{"height": 32, "width": 32, "channels": 3, "depth": 1}"#),
      "input.depth: unknown key; the keys here are height, width, channels"
    ),
    (text(input: "[32, 32, 3]"), "input: an object in braces is needed"),
    (text(version: "2"), "version: is 2; this mixnas reads version 1"),
    (
      text(head: #"{"channels": 0}"#),
      "no network can be built from this: head: number of channels is 0; 1 to 65536 are allowed"
    ),
    (
      text(input: #"{"height": 0, "width": 32, "channels": 3}"#),
      "no network can be built from this: stem.convolution: height is 0; 1 to 32768 are allowed"
    ),
    ("[]", "the file: an object in braces is needed"),
  ])
  func errors(text: String, message: String) {
    let error = #expect(throws: ArchitectureFileError.self) { try Self.read(text) }
    #expect(error.map { "\($0)" } == message)
  }

  @Test(arguments: ["", "{", "{\"version\" 1}", "\u{0}"])
  func notJSON(text: String) {
    let error = #expect(throws: ArchitectureFileError.self) { try Self.read(text) }
    #expect(error.map { "\($0)".hasPrefix("this is not JSON: ") } == true)
  }
}
