import Foundation
import Testing

/// What `mixnas bench` prints; never how fast anything is.
@Suite struct BenchTests {
  private static let genome = "stem8_s2 r1_k3.5_s2_e2_o16_se0.5_sw head32"
  private static let small = ["--resolution", "32", "--classes", "10"]

  private func json(_ arguments: [String]) throws -> Any {
    let tool = try Tool()
    defer { tool.remove() }
    let result = try tool.run(arguments)
    try #require(result.status == 0 && !result.wasKilled, "\(result.errors)")
    return try JSONSerialization.jsonObject(with: Data(result.output.utf8))
  }

  private func rows(_ arguments: [String]) throws -> [[String: Any]] {
    let arguments = ["bench", "networks", Self.genome, "--runs", "2", "--json"] + arguments
    let document = try #require(try json(arguments + Self.small) as? [String: Any])
    let host = try #require(document["host"] as? [String: Any])
    #expect(host["instructionSet"] is String)
    #expect(try #require(document["residentPeakBytes"] as? Int) > 1_000_000)
    return try #require(document["rows"] as? [[String: Any]])
  }

  @Test func networksAreTimedAtBothKindsOfWork() throws {
    let rows = try rows(["--batch", "3"])
    #expect(rows.map { $0["work"] as? String } == ["inference", "training"])
    for row in rows {
      #expect(row["network"] as? String == "genome")
      #expect(row["batch"] as? Int == 3)
      for key in ["imagesPerSecond", "gflops"] {
        #expect(try #require(row[key] as? Double) > 0, "\(key)")
      }
      for key in ["multiplyAdds", "parameters", "memoryBytes"] {
        #expect(try #require(row[key] as? Int) > 0, "\(key)")
      }
      let time = try #require(row["time"] as? [String: Any])
      #expect(time["samples"] as? Int == 2)
      #expect(time["medianMilliseconds"] is Double)
      #expect(row["profile"] == nil)
    }
  }

  @Test func oneKindOfWorkAloneHasItsUsualBatch() throws {
    let inference = try rows(["--inference"])
    #expect(inference.map { $0["work"] as? String } == ["inference"])
    #expect(inference[0]["batch"] as? Int == 1)
    let training = try rows(["--training"])
    #expect(training.map { $0["work"] as? String } == ["training"])
    #expect(training[0]["batch"] as? Int == 64)
  }

  @Test func profilesAddUp() throws {
    for row in try rows(["--profile", "--batch", "2"]) {
      let profile = try #require(row["profile"] as? [String: Any])
      let layers = try #require(profile["layers"] as? [[String: Any]])
      let kinds = try #require(profile["kinds"] as? [[String: Any]])
      #expect(kinds.contains { ($0["kind"] as? String ?? "").hasSuffix("depthwise") })
      #expect(kinds.reduce(0) { $0 + ($1["layers"] as? Int ?? 0) } == layers.count)
      let share = kinds.reduce(0) { $0 + ($1["share"] as? Double ?? 0) }
      #expect(abs(share - 1) < 1e-6)
      let hasBackward = row["work"] as? String == "training"
      #expect(layers.allSatisfy { ($0["backwardMilliseconds"] != nil) == hasBackward })
    }
  }

  @Test func theTableIsForReaders() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let result = try tool.run(
      ["bench", "networks", Self.genome, Self.genome, "--runs", "1", "--profile-all"]
        + Self.small + ["--batch", "1", "--threads", "2", "--inference"])
    try #require(result.status == 0, "\(result.errors)")
    for text in ["images/s", "95 % interval", "blocks.0.depthwise.convolution", "1.00"] {
      #expect(result.output.contains(text), "\(result.output)")
    }
  }

  /// A parent command with a flag of that name would take it from its subcommands.
  @Test func everySubcommandHasItsOwnJSON() throws {
    #expect(try json(["bench", "--json"]) is [String: Any])
    #expect(try json(["bench", "cpu", "--json"]) is [String: Any])
    let arguments = ["bench", "kernels", "--filter", "scaleRows", "--milliseconds", "1", "--json"]
    let report = try #require(try json(arguments) as? [String: Any])
    let kernels = try #require(report["rows"] as? [[String: Any]])
    #expect(kernels.allSatisfy { $0["shape"] is String && $0["gflops"] is Double })
    #expect(kernels.allSatisfy { $0["shareOfBandwidth"] is Double })
    #expect(!kernels.isEmpty)
    #expect((report["summaries"] as? [Any])?.isEmpty == true)
  }

  @Test func networksOfTheComparisonAreOfTheirSizes() throws {
    let sizes = ["proxy-2m": 2_296_192, "proxy-6m": 6_703_040, "proxy-20m": 23_038_304]
    for (name, multiplyAdds) in sizes {
      let file = Tool.package.appendingPathComponent("benchmarks/networks/\(name).json").path
      let network = try #require(try json(["describe", file, "--json"]) as? [String: Any])
      let layers = try #require(network["layers"] as? [String: Any])
      #expect(layers["multiplyAdds"] as? Int == multiplyAdds)
    }
  }
}
