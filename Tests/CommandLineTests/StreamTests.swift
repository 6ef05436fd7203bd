import Foundation
import Testing

/// What becomes of results and of work when a stream can't be written.
@Suite struct StreamTests {
  @Test(arguments: ["describe mixnet-s >&-", "describe mixnet-s --json >&-", "bench cpu >&-"])
  func closedOutputIsNoticed(line: String) throws {
    let tool = try Tool()
    defer { tool.remove() }
    let result = try tool.shell("mixnas " + line)
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("standard output"), "\(result.errors)")
  }

  /// What is opened later must not take the place of a closed stream.
  @Test func aSearchOutlivesItsStreams() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    let result = try tool.shell("mixnas search tiny.yaml --output run --evaluations 3 >&- 2>&-")
    #expect(result.status == 74)
    let shown = try tool.run(["show", "run"])
    #expect(shown.output.contains("finished: 3 of 3 evaluated"), "\(shown.output)\(shown.errors)")
  }

  @Test func aReaderWhoLeavesEndsNoSearch() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    let line = """
      { mixnas search tiny.yaml --strategy random --output run --evaluations 3 2>&1 >results; \
      echo $? >status; } \
      | head -n 1
      """
    let result = try tool.shell(line)
    #expect(result.output.contains("run: 0 of 3"), "\(result.output)")
    #expect(try String(contentsOfFile: tool.path("status"), encoding: .utf8) == "0\n")
    let results = try String(contentsOfFile: tool.path("results"), encoding: .utf8)
    #expect(results.contains("finished: 3 evaluated"), "\(results)")
  }

  /// A reader who reads nothing: what the first signal has to say doesn't keep the second one away.
  @Test func signalsAreHeardBehindAFullPipe() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let byte: [UInt8] = [0]
    while write(ends[1], byte, 1) == 1 {}
    #expect(fcntl(ends[1], F_SETFL, 0) == 0)
    let search = Process()
    search.executableURL = Tool.executable
    search.arguments = ["search", "tiny.yaml", "--output", "run", "--evaluations", "100000"]
    search.currentDirectoryURL = tool.folder
    search.standardOutput = FileHandle.nullDevice
    search.standardError = FileHandle(fileDescriptor: ends[1])
    try search.run()
    // From here on Ctrl-C is handled.
    while !FileManager.default.fileExists(atPath: tool.path("run/lock")), search.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    for _ in 0..<600 where search.isRunning {
      kill(search.processIdentifier, SIGTERM)
      Thread.sleep(forTimeInterval: 0.05)
    }
    kill(search.processIdentifier, SIGKILL)
    search.waitUntilExit()
    #expect(search.terminationReason == .exit && search.terminationStatus == 143)
  }

  #if os(Linux)
    @Test func aFullDiskIsNoticed() throws {
      let tool = try Tool()
      defer { tool.remove() }
      let result = try tool.shell("mixnas describe mixnet-s >/dev/full")
      #expect(result.status == 74, "\(result.errors)")
      #expect(result.errors.contains("No space left"), "\(result.errors)")
      #expect(try tool.shell("mixnas describe mixnet-xs 2>/dev/full").status == 65)
    }

    @Test func aSearchNeedsNoProgressLog() throws {
      let tool = try Tool()
      defer { tool.remove() }
      _ = try tool.write(tinySpace, to: "tiny.yaml")
      let result = try tool.shell(
        "mixnas search tiny.yaml --output run --evaluations 3 2>/dev/full")
      #expect(result.status == 0)
      #expect(result.output.contains("finished: 3 evaluated"), "\(result.output)")
    }
  #endif
}
