import Foundation
import Testing

/// A run that is killed at any moment and resumed equals one that was never interrupted.
@Suite struct KillTests {
  /// More rounds on demand: `MIXNAS_KILL_ROUNDS=30 swift test --filter KillTests`.
  private static let rounds =
    Int(ProcessInfo.processInfo.environment["MIXNAS_KILL_ROUNDS"] ?? "") ?? 6

  private static let space = """
    name: tiny
    input: {resolution: 8, channels: 1}
    stem: {channels: 8, activation: relu}
    stages:
      - {stride: 2, kernels: [[3], [3, 5], [3, 5, 7]], expansion: [1, 2], channels: [8, 16]}
      - {stride: 2, repeats: [1, 2], kernels: [[3], [3, 5]], expansion: 2, channels: 16,
         squeeze-excitation: [0, 0.25], activation: [relu, swish]}
    head: {channels: 32, activation: relu}
    objective: {cost: multiply-adds, target: 0.1M}
    strategy: {kind: evolution, evaluations: 8, population: 4, sample: 2, lookahead: 2}
    training: {epochs: 8, batch-size: 32, training-images: 160, validation-images: 60}
    """

  @Test func killedAndResumedRunsEqualTheUninterruptedOne() throws {
    let tool = try Tool()
    defer { tool.remove() }
    // Images that are read at once: a run that dies before it has a folder tests nothing.
    try TinyImages.write(to: tool.path("images"))
    let space = try tool.write(Self.space, to: "tiny.yaml")
    let start =
      ["search", space, "--seed", "5", "--workers", "2", "--quiet"] + TinyImages.options("images")
      + ["--output"]

    let whole = tool.path("whole")
    let began = Date()
    try expectSuccess(tool.run(start + [whole]))
    let duration = Date().timeIntervalSince(began)
    let expected = try Records(of: whole)
    #expect(expected.rows.count == 9, "a header and eight candidates")

    // Every moment must do, so the moments need no care: they are drawn over the time that the
    // whole run took. A round may meet a run that has finished; then a new run begins.
    var random = SystemRandomNumberGenerator()
    var kills = 0
    var compared = 0
    var runs = 0
    var folder = ""
    while kills < Self.rounds || compared == 0 {
      let isNew = folder.isEmpty
      if isNew {
        runs += 1
        folder = tool.path("killed-\(runs)")
      }
      let running = try tool.start(isNew ? start + [folder] : ["resume", folder, "--quiet"])
      Thread.sleep(forTimeInterval: .random(in: 0...duration, using: &random))
      running.send(SIGKILL)
      let result = try running.wait()
      try #require(result.wasKilled || result.status == 0, "\(result.errors)")
      guard FileManager.default.fileExists(atPath: folder + "/run.json") else {
        folder = ""
        continue
      }
      if result.wasKilled { kills += 1 }
      if !result.wasKilled || kills >= Self.rounds || kills % 3 == 0 {
        try expectSuccess(tool.run(["resume", folder, "--quiet"]))
        let records = try Records(of: folder)
        #expect(records == expected, "run \(runs) after \(kills) kills")
        compared += 1
        folder = ""
      }
    }
  }

  private func expectSuccess(_ result: Tool.Result) throws {
    try #require(result.status == 0 && !result.wasKilled, "\(result.errors)")
  }
}

/// What must be equal to the byte: every column of the table but times, and the best genome.
private struct Records: Equatable {
  let rows: [[String]]
  let best: Data

  init(of folder: String) throws {
    let table = try String(contentsOfFile: folder + "/evaluations.csv", encoding: .utf8)
    let lines = table.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(lines.first)
    let timed: Set = ["seconds", "images_per_second"]
    let kept = header.indices.filter { !timed.contains(header[$0]) }
    rows = lines.map { line in kept.map { line[$0] } }
    best = try Data(contentsOf: URL(fileURLWithPath: folder + "/best.json"))
  }
}
