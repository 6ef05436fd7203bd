import Foundation
import Testing

/// A run that is killed at any moment and resumed equals one that was never interrupted.
@Suite struct KillTests {
  /// More rounds on demand: `MIXNAS_KILL_ROUNDS=30 swift test --filter KillTests`.
  private static let rounds =
    Int(ProcessInfo.processInfo.environment["MIXNAS_KILL_ROUNDS"] ?? "") ?? 6

  @Test func killedAndResumedRunsEqualTheUninterruptedOne() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    let start = ["search", space, "--seed", "5", "--workers", "2", "--quiet", "--output"]

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
    var runs = 0
    var folder = ""
    while kills < Self.rounds {
      let isNew = folder.isEmpty
      if isNew {
        runs += 1
        folder = tool.path("killed-\(runs)")
      }
      let running = try tool.start(isNew ? start + [folder] : ["resume", folder, "--quiet"])
      Thread.sleep(forTimeInterval: .random(in: 0...duration, using: &random))
      running.send(SIGKILL)
      let result = try running.wait()
      if result.wasKilled { kills += 1 }
      let hasRun = FileManager.default.fileExists(atPath: folder + "/run.json")
      #expect(result.wasKilled || result.status == 0, "\(result.errors)")
      if !hasRun {
        folder = ""
      } else if !result.wasKilled || kills == Self.rounds || kills % 3 == 0 {
        try expectSuccess(tool.run(["resume", folder, "--quiet"]))
        let records = try Records(of: folder)
        #expect(records == expected, "run \(runs) after \(kills) kills")
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
