import Foundation
import Threads

/// A program that is run to its end, or to its time limit.
package struct ChildProcess {
  package enum Ending: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
    case outOfTime
  }

  package struct Result: Sendable {
    package var ending: Ending
    /// What it wrote to standard error.
    package var errors: String
  }

  package let executable: String
  package let arguments: [String]
  package let timeLimit: Duration

  package init(executable: String, arguments: [String], timeLimit: Duration) {
    self.executable = executable
    self.arguments = arguments
    self.timeLimit = timeLimit
  }

  private static let running = Monitor<pid_t?>(nil)

  /// Ends the program that runs, if one does, with all that it has started. It has a process group
  /// of its own, which Ctrl-C at the terminal does not reach.
  package static func killRunning() {
    running.read { process in
      if let process { killGroup(process) }
    }
  }

  private static func killGroup(_ process: pid_t) {
    kill(-process, SIGKILL)
  }

  /// Its output goes to files in the folder, so that no pipe can fill.
  ///
  /// - Throws: what the system says where the program can't be started.
  package func run(in folder: URL) throws -> Result {
    let process = Process()
    let errors = folder.appendingPathComponent("errors-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: errors) }
    try Data().write(to: errors)
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    // In one step, so that `killRunning` never misses a program that has just been started.
    try Self.running.update { running in
      try process.run()
      running = process.processIdentifier
    }
    defer { Self.running.update { $0 = nil } }
    let isInTime = ended.wait(timeout: .now() + timeLimit / .seconds(1)) == .success
    if !isInTime {
      process.terminate()
      let hasEnded = ended.wait(timeout: .now() + 2) == .success
      // What it has started may outlive it.
      Self.killGroup(process.processIdentifier)
      if !hasEnded { ended.wait() }
    }
    let text = String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
    guard isInTime else { return Result(ending: .outOfTime, errors: text) }
    let status = process.terminationStatus
    return Result(
      ending: process.terminationReason == .exit ? .exited(status) : .signalled(status),
      errors: text)
  }

  /// The program of that name in the folders of `PATH`; a text with a slash names the file.
  package static func find(
    _ name: String, path: String? = ProcessInfo.processInfo.environment["PATH"]
  ) -> String? {
    let candidates =
      name.contains("/")
      ? [name] : (path ?? "").split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
