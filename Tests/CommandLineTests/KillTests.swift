import Foundation
import Testing

/// A run that is killed at any moment and resumed equals one that was never interrupted.
@Suite struct KillTests {
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
    try tool.succeed(start + [whole])
    let rounds = KillRounds(
      tool: tool, duration: Date().timeIntervalSince(began), firstFile: "run.json")
    let expected = try RunRecords(of: whole)
    #expect(expected.rows.count == 9, "a header and eight candidates")
    try rounds.run(begin: { start + [$0] }, resume: { folder, _ in ["resume", folder, "--quiet"] })
    {
      folder, moment in
      let records = try RunRecords(of: folder)
      #expect(records == expected, moment)
    }
  }
}
