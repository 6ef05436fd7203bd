import Foundation
import Testing
import WeightFiles

/// A training that is killed at any moment and resumed equals one that was never interrupted.
@Suite struct KilledTrainingTests {
  @Test func killedAndResumedTrainingsEqualTheUninterruptedOne() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    // A checkpoint at every step, so that kills meet files in the middle of being replaced.
    let often = ["--checkpoint-minutes", "1e-9", "--quiet"]
    let start =
      [
        "train", TinyImages.network, "--epochs", "5", "--batch-size", "16", "--validation", "0.2",
        "--ema", "0.95", "--mixup", "0.3", "--cutmix", "1",
      ] + TinyImages.options("images") + often

    let whole = tool.path("whole")
    let began = Date()
    try tool.succeed(start + ["--output", whole])
    let rounds = KillRounds(
      tool: tool, duration: Date().timeIntervalSince(began), firstFile: "training.json")
    let expected = try Outcome(of: whole)
    try rounds.run(
      begin: { start + ["--output", $0] },
      resume: { folder, kills in
        ["train", "--resume", folder, "--threads", "\(kills % 3 + 1)"] + often
      }
    ) { folder, moment in
      let outcome = try Outcome(of: folder)
      #expect(outcome.best == expected.best, moment)
      #expect(outcome.last == expected.last, moment)
      #expect(outcome.curves == expected.curves, moment)
      #expect(outcome.testLoss == expected.testLoss, moment)
    }
  }
}

/// What must be equal to the bit: all but times.
private struct Outcome {
  let best: Data
  /// With the optimiser's state.
  let last: [SafetensorsFile.Tensor]
  let curves: [[Substring]]
  let testLoss: Double

  init(of folder: String) throws {
    best = try Data(contentsOf: URL(fileURLWithPath: folder + "/best.safetensors"))
    last = try SafetensorsFile(path: folder + "/last.safetensors").tensors
    curves = try String(contentsOfFile: folder + "/curves.csv", encoding: .utf8)
      .split(separator: "\n").map { Array($0.split(separator: ",").prefix(7)) }
    struct Result: Decodable { let testLoss: Double }
    let result = try Data(contentsOf: URL(fileURLWithPath: folder + "/result.json"))
    testLoss = try JSONDecoder().decode(Result.self, from: result).testLoss
  }
}
