import Foundation
import Testing
import WeightFiles

/// A training that is killed at any moment and resumed equals one that was never interrupted.
@Suite struct KilledTrainingTests {
  /// More rounds on demand: `MIXNAS_KILL_ROUNDS=30 swift test --filter KilledTrainingTests`.
  private static let rounds =
    Int(ProcessInfo.processInfo.environment["MIXNAS_KILL_ROUNDS"] ?? "") ?? 6

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
    try expectSuccess(tool.run(start + ["--output", whole]))
    let duration = Date().timeIntervalSince(began)
    let expected = try Outcome(of: whole)

    // Every moment must do, so the moments need no care: they are drawn over the time that the
    // whole training took. A round may meet a training that has finished; then a new one begins.
    var random = SystemRandomNumberGenerator()
    var kills = 0
    var compared = 0
    var trainings = 0
    var folder = ""
    while kills < Self.rounds || compared == 0 {
      let isNew = folder.isEmpty
      if isNew {
        trainings += 1
        folder = tool.path("killed-\(trainings)")
      }
      let threads = ["--threads", "\(kills % 3 + 1)"]
      let running = try tool.start(
        (isNew ? start + ["--output", folder] : ["train", "--resume", folder] + often) + threads)
      Thread.sleep(forTimeInterval: .random(in: 0...duration, using: &random))
      running.send(SIGKILL)
      let result = try running.wait()
      try #require(result.wasKilled || result.status == 0, "\(result.errors)")
      guard FileManager.default.fileExists(atPath: folder + "/training.json") else {
        folder = ""
        continue
      }
      if result.wasKilled { kills += 1 }
      if !result.wasKilled || kills >= Self.rounds || kills % 3 == 0 {
        try expectSuccess(tool.run(["train", "--resume", folder, "--quiet"]))
        let outcome = try Outcome(of: folder)
        let moment = Comment(rawValue: "training \(trainings) after \(kills) kills")
        #expect(outcome.best == expected.best, moment)
        #expect(outcome.last == expected.last, moment)
        #expect(outcome.curves == expected.curves, moment)
        #expect(outcome.testLoss == expected.testLoss, moment)
        compared += 1
        folder = ""
      }
    }
  }

  private func expectSuccess(_ result: Tool.Result) throws {
    try #require(result.status == 0 && !result.wasKilled, "\(result.errors)")
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
