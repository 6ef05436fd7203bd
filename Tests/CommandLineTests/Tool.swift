import Foundation
import Search
import Testing

/// The built `mixnas` program, run as a user runs it.
struct Tool {
  struct Result {
    let status: Int32
    /// The signal that ended the process, if one did.
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  /// A folder of its own for each test, removed by `remove()`.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  /// Writes a script that can be run, such as a stand-in for Python.
  func writeProgram(_ script: String, to name: String) throws -> String {
    let path = try write(script, to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  /// Runs to the end.
  @discardableResult
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    try start(arguments, environment: environment).wait()
  }

  /// Runs to an end that must be a good one.
  @discardableResult
  func succeed(
    _ arguments: [String], environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Result {
    let result = try run(arguments, environment: environment)
    try #require(
      result.status == 0 && !result.wasKilled, "\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  /// Runs a line of the shell to the end, in which `mixnas` is the program.
  func shell(_ line: String) throws -> Result {
    let function = "mixnas() { \"$MIXNAS\" \"$@\"; }"
    return try Running(
      ["-c", function + "\n" + line], in: folder, environment: ["MIXNAS": Self.executable.path],
      executable: URL(fileURLWithPath: "/bin/sh")
    ).wait()
  }

  /// Starts and returns at once.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    try Running(arguments, in: folder, environment: environment)
  }

  /// A process under way; what it prints goes to files, so that no pipe can fill.
  final class Running {
    let process = Process()
    private let output: URL
    private let errors: URL

    init(
      _ arguments: [String], in folder: URL, environment: [String: String],
      executable: URL = Tool.executable
    ) throws {
      let name = UUID().uuidString
      output = folder.appendingPathComponent("\(name).out")
      errors = folder.appendingPathComponent("\(name).err")
      try Data().write(to: output)
      try Data().write(to: errors)
      process.executableURL = executable
      process.arguments = arguments
      process.currentDirectoryURL = folder
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = try FileHandle(forWritingTo: errors)
      Tool.ctrlCIsHeard
      try process.run()
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    func wait() throws -> Result {
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus,
        wasKilled: process.terminationReason == .uncaughtSignal,
        output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
  }

  /// Has what is started hear SIGINT, which the tests themselves may have been told to ignore.
  private static let ctrlCIsHeard: Void = {
    if InterruptSignals.isIgnored(SIGINT) { signal(SIGINT, SIG_DFL) }
  }()

  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Stands beside the test bundle, on Linux and on macOS.
  static let executable: URL = {
    let start =
      Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
      ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return start.deletingLastPathComponent().appendingPathComponent("mixnas")
  }()
}
