import Foundation
import Testing

/// Work in a folder that is killed at any moment, resumed, and held against work that was never
/// interrupted.
struct KillRounds {
  /// More on demand: `MIXNAS_KILL_ROUNDS=30 swift test --filter Kill`.
  static let count = Int(ProcessInfo.processInfo.environment["MIXNAS_KILL_ROUNDS"] ?? "") ?? 6

  let tool: Tool
  /// Seconds that the uninterrupted work takes. Every moment must do, so the moments need no care:
  /// they are drawn over it.
  let duration: TimeInterval
  /// The file from which on a folder can be resumed.
  let firstFile: String

  /// A round may meet work that has finished; then new work begins.
  ///
  /// - Parameters:
  ///   - begin: the command that begins in a folder.
  ///   - resume: the one that goes on there; kills so far are counted.
  ///   - compare: of a folder whose work has ended after all.
  func run(
    begin: (_ folder: String) -> [String], resume: (_ folder: String, _ kills: Int) -> [String],
    compare: (_ folder: String, _ moment: Comment) throws -> Void
  ) throws {
    var kills = 0
    var compared = 0
    var begun = 0
    var folder = ""
    while kills < Self.count || compared == 0 {
      let isNew = folder.isEmpty
      if isNew {
        begun += 1
        folder = tool.path("killed-\(begun)")
      }
      let running = try tool.start(isNew ? begin(folder) : resume(folder, kills))
      Thread.sleep(forTimeInterval: .random(in: 0...duration))
      running.send(SIGKILL)
      let result = try running.wait()
      try #require(result.wasKilled || result.status == 0, "\(result.errors)")
      guard FileManager.default.fileExists(atPath: folder + "/" + firstFile) else {
        folder = ""
        continue
      }
      if result.wasKilled { kills += 1 }
      if !result.wasKilled || kills >= Self.count || kills % 3 == 0 {
        try tool.succeed(resume(folder, kills))
        try compare(folder, "\(begun) begun, \(kills) killed")
        compared += 1
        folder = ""
      }
    }
  }
}
