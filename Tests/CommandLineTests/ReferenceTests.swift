import Foundation
import Testing

/// The reference networks as a user meets them.
@Suite struct ReferenceTests {
  private static let small = ["--resolution", "32", "--classes", "10"]

  private func json(_ arguments: [String]) throws -> [String: Any] {
    let tool = try Tool()
    defer { tool.remove() }
    let result = try tool.run(arguments + ["--json"])
    try #require(result.status == 0 && !result.wasKilled, "\(result.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test func oneWithoutAGenomeIsDescribedWithoutOne() throws {
    let document = try json(["describe", "resnet-50", "--classes", "10"])
    let network = try #require(document["network"] as? [String: Any])
    #expect(network["name"] as? String == "resnet-50")
    #expect(network["classes"] as? Int == 10)
    #expect(network["genome"] == nil && network["version"] == nil)
    #expect(document["notation"] == nil && document["hash"] == nil)
  }

  @Test func oneWithAGenomeIsDescribedAsAFileHoldsIt() throws {
    let document = try json(["describe", "efficientnet-b0"])
    let network = try #require(document["network"] as? [String: Any])
    let tool = try Tool()
    defer { tool.remove() }
    let file = try tool.run(["export", "efficientnet-b0"])
    #expect(file.status == 0)
    let exported = try JSONSerialization.jsonObject(with: Data(file.output.utf8))
    #expect(network as NSDictionary == exported as? NSDictionary)
  }

  @Test func networksAreTimedByTurnsWithRatiosToTheFirst() throws {
    let document = try json(
      ["latency", "shufflenet-v1-g3", "mobilenet-v1", "--seconds", "0.01"] + Self.small)
    let rows = try #require(document["rows"] as? [[String: Any]])
    #expect(rows.map { $0["network"] as? String } == ["shufflenet-v1-g3", "mobilenet-v1"])
    let medians = try rows.map { row in
      let latency = try #require(row["latency"] as? [String: Any])
      #expect(try #require(latency["samples"] as? Int) >= 5)
      return try #require(latency["medianMilliseconds"] as? Double)
    }
    for (row, median) in zip(rows, medians) {
      // The document rounds medians and ratios in their last digit.
      let ratio = try #require(row["ratio"] as? Double)
      #expect(abs(ratio / (median / medians[0]) - 1) < 1e-12)
    }
  }

  @Test func aComparisonHasAColumnForEachNetwork() throws {
    let names = ["mobilenet-v1", "mobilenet-v3-small"]
    let document = try json(["describe", "--compare", "--no-latency"] + names)
    let networks = try #require(document["networks"] as? [[String: Any]])
    #expect(networks.map { $0["network"] as? String } == names)
    #expect(networks.map { $0["parameters"] as? Int } == [4_231_976, 2_542_856])
    #expect(networks.map { $0["multiplyAdds"] as? Int } == [568_740_352, 56_510_400])
    for network in networks {
      #expect(network["latency"] == nil)
      let kinds = try #require(network["kinds"] as? [[String: Any]])
      for key in ["weightShare", "multiplyAddShare"] {
        let sum = kinds.reduce(0) { $0 + ($1[key] as? Double ?? 0) }
        // The roundings of eight quotients.
        #expect(abs(sum - 1) < 1e-12, "\(key)")
      }
    }

    let tool = try Tool()
    defer { tool.remove() }
    let table = try tool.run(["describe", "--compare"] + names + Self.small)
    #expect(table.status == 0, "\(table.errors)")
    for text in ["multiply-adds by kind", "pointwise-expand", "latency", "ratio", "1.00", "315"] {
      #expect(table.output.contains(text), "\(table.output)")
    }
  }

  @Test func networksOfOneNameAreNumbered() throws {
    let genomes = [3, 5].map { "stem8_k3_s2_re r1_k\($0)_s1_e1_o16_re head32_re" }
    let lines = [genomes[0], "mobilenet-v1", genomes[1]]
    let document = try json(["describe", "--compare", "--no-latency"] + lines)
    let networks = try #require(document["networks"] as? [[String: Any]])
    let names = networks.map { $0["network"] as? String }
    #expect(names == ["genome (1)", "mobilenet-v1", "genome (2)"])
  }

  @Test func oneTrainsOnTheUsersImages() throws {
    let tool = try Tool()
    defer { tool.remove() }
    for (part, images) in [("train", 8), ("test", 4)] {
      try FileManager.default.createDirectory(
        atPath: tool.path(part), withIntermediateDirectories: true)
      let pixels = (0..<images * 32 * 32).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      try npy(pixels, shape: "\(images), 32, 32, 1").write(
        to: URL(fileURLWithPath: tool.path("\(part)/images.npy")))
      try npy((0..<images).map { UInt8($0 % 2) }, shape: "\(images),").write(
        to: URL(fileURLWithPath: tool.path("\(part)/labels.npy")))
    }
    let result = try tool.run([
      "train", "mobilenet-v3-small", "--dataset", "npy", "--data-directory", tool.path("."),
      "--epochs", "1", "--batch-size", "4",
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("test accuracy"))
    #expect(result.errors.contains("8 images of 32×32"))
  }

  private func npy(_ bytes: [UInt8], shape: String) -> Data {
    var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shape)), }"
    // The whole header is a multiple of 64 bytes: 10 of its own, the text, a newline.
    while (header.utf8.count + 11) % 64 != 0 { header += " " }
    header += "\n"
    return Data("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })
      + Data([1, 0, UInt8(header.utf8.count % 256), UInt8(header.utf8.count / 256)])
      + Data(header.utf8) + Data(bytes)
  }
}
