import Foundation
import Testing

@testable import WeightFiles

@Suite struct SafetensorsFileTests {
  private static let sample = SafetensorsFile(
    tensors: [
      .init(
        name: "b.weight", shape: [2, 3],
        values: [1, -2, 0.5, .infinity, -0.0, .leastNonzeroMagnitude]),
      .init(name: "empty", shape: [0, 4], values: []),
      .init(name: "a", shape: [], values: [Float(bitPattern: 0x7fc0_1234)]),
    ],
    metadata: ["format": "pt", "text": "ä \"/\" \n"])

  @Test func everyBitComesBack() throws {
    let data = try Self.sample.serialized()
    let again = try SafetensorsFile(data: data, file: "sample")
    #expect(again.metadata == Self.sample.metadata)
    #expect(again.tensors.map(\.name) == ["b.weight", "empty", "a"])
    for (tensor, original) in zip(again.tensors, Self.sample.tensors) {
      #expect(tensor.shape == original.shape)
      #expect(tensor.values.map(\.bitPattern) == original.values.map(\.bitPattern))
    }
    #expect(try again.serialized() == data)
  }

  /// The layout of the format's documentation, byte by byte.
  @Test func bytesAreThoseOfTheFormat() throws {
    let file = SafetensorsFile(tensors: [.init(name: "x", shape: [1], values: [1])])
    let header = #"{"x":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}}  "#
    #expect(
      try file.serialized() == Data([56, 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8)
        + Data([0, 0, 0x80, 0x3f]))
  }

  @Test func tensorsAreFoundByPrefix() {
    let file = SafetensorsFile(tensors: [
      .init(name: "ema.x", shape: [1], values: [1]), .init(name: "x", shape: [1], values: [2]),
    ])
    #expect(file.tensors(notUnder: "ema.") == [.init(name: "x", shape: [1], values: [2])])
  }

  @Test func otherElementTypesAreListed() throws {
    let data = Self.bytes(
      #"{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
        + #""x":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      values: 12)
    let file = try SafetensorsFile(data: data, file: "f")
    #expect(file.otherTensors == [.init(name: "n", elementType: "I64")])
    #expect(file.tensors.map(\.name) == ["x"])
  }

  struct Corruption: CustomTestStringConvertible, Sendable {
    let header: String
    var values = 8
    let says: [String]

    var testDescription: String { says.joined(separator: ", ") }
  }

  static let corruptions: [Corruption] = [
    .init(header: "[]", values: 0, says: ["begin with {"]),
    .init(header: "{", values: 0, says: ["JSON"]),
    .init(header: #"{"x":{"dtype":"F32"}}"#, values: 0, says: ["x"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}"#,
      says: ["x.shape", "type"]),
    .init(
      header: #"{"x":{"dtype":"F8","shape":[2],"data_offsets":[0,8]}}"#, says: ["'x'", "'F8'"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
      says: ["'x'", "8 bytes", "12"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#,
      says: ["'x'", "shape"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,8]}}"#,
      says: ["'x'", "shape"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
      says: ["'x'", "data_offsets"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
      says: ["'x'", "data_offsets"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, says: ["4 bytes", "'x'"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      says: ["'y'", "shares"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      says: ["4 bytes at its end"]),
    .init(
      header: #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, says: ["cut short"]),
    .init(
      header: #"{"x":{"dtype":"U8","shape":[9223372036854775807],"#
        + #""data_offsets":[0,9223372036854775807]}}"#, says: ["cut short"]),
    .init(header: #"{"x":{"a":"b"}}"#, values: 0, says: ["'x'", "dtype"]),
  ]

  @Test(arguments: corruptions) func corruptFilesAreRefused(corruption: Corruption) throws {
    let data = Self.bytes(corruption.header, values: corruption.values)
    let error = try #require(throws: SafetensorsError.self) {
      try SafetensorsFile(data: data, file: "broken.safetensors")
    }
    for text in corruption.says + ["broken.safetensors: "] {
      #expect("\(error)".contains(text), "\(error)")
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let data = try Self.sample.serialized()
    for count in 0..<data.count {
      #expect(throws: SafetensorsError.self) {
        try SafetensorsFile(data: data.prefix(count), file: "cut")
      }
    }
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(data: Data(repeating: 0xff, count: 64), file: "random")
    }
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(path: "/nowhere/x.safetensors")
    }
    #expect(error.map { "\($0)".hasPrefix("/nowhere/x.safetensors: can't be read") } == true)
  }

  private static func bytes(_ header: String, values: Int) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
      + Data(repeating: 0, count: values)
  }
}
