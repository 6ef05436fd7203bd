import Files
import Foundation
import Search
import SearchSpaces

@testable import RunStore

/// A folder for one test, removed with its last reference.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/mixnas-run-store-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

enum Samples {
  static let host = HostFingerprint(
    processor: "Imagined CPU", cores: 4, instructionSet: "avx2", operatingSystem: "Linux")
  static let resumption = RunResumption(version: "1.2.0", host: host)

  static func configuration(
    space: SearchSpace = SyntheticSpace.tiny(), evaluations: Int = 10
  ) throws -> RunConfiguration {
    var space = space
    space.strategy.evaluations = evaluations
    return RunConfiguration(
      version: "1.0.0", space: space, seed: 21,
      dataset: try JSONValue(encoding: ["kind": "built-in"]), datasetFingerprint: "ab12",
      host: host)
  }

  /// A clock that goes on by half a second per reading.
  static func clock(from start: Double = 1_700_000_000) -> () -> Double {
    var time = start
    return {
      defer { time += 0.5 }
      return time
    }
  }

  static func create(_ path: String, evaluations: Int = 10) throws -> RunRecorder {
    try RunRecorder.create(
      at: path, configuration(evaluations: evaluations), now: clock())
  }

  static func resume(_ path: String) throws -> RunRecorder {
    try RunRecorder.resume(path, as: resumption, now: clock(from: 1_800_000_000))
  }

  /// Searches until the run's budget is spent.
  @discardableResult
  static func search(_ recorder: RunRecorder, workers: Int = 1) throws -> SearchEnd {
    let configuration = recorder.folder.configuration
    let evaluator = ReorderingEvaluator(
      workers: workers, lookahead: configuration.space.strategy.lookahead, seed: 4)
    let loop = SearchLoop(
      space: configuration.space, seed: configuration.seed, evaluations: recorder.state.budget,
      workers: workers, evaluator: evaluator, stop: StopRequest())
    var state = recorder.state.search
    return try loop.run(from: &state, journal: recorder, report: evaluator.update)
  }

  /// Candidates and the front as files that a person reads.
  static func derivedFiles(_ path: String) throws -> [Data?] {
    try ["best.json", "evaluations.csv"].map { try WholeFile.readIfPresent(path + "/" + $0) }
  }
}
