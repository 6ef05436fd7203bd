import Architectures
import Foundation
import Testing
import Threads
import WeightFiles

@testable import Export

@Suite(.serialized) struct OtherExportTests {
  @Test func drawingsHoldEverySection() throws {
    let graph = try SampleNetworks.operations().graph
    let drawing = graph.graphviz
    for section in Set(graph.nodes.map(\.section)) {
      #expect(drawing.contains("  \"\(section)\" [label="), "\(section)")
    }
    #expect(drawing.contains("\"stem\" -> \"even\""))
    #expect(drawing.contains("\"input\" -> \"stem\""))
    #expect(drawing.contains("15×20×4"))
    #expect(drawing.count { $0 == "{" } == drawing.count { $0 == "}" })
  }

  @Test func differencesAreMeasured() {
    let same = LogitComparison([1, 2, 3, -8], [1, 2, 3, -8], classes: 2)
    #expect(same.maximumDifference == 0)
    #expect(same.images == 2)
    #expect(same.sameAnswers == 2)
    #expect(same.isWithinTolerance)
    let other = LogitComparison([1, 2, 3, -8], [2.5, 2, 3, -8], classes: 2)
    #expect(other.maximumDifference == 1.5)
    #expect(other.largestLogit == 8)
    #expect(other.sameAnswers == 1)
    #expect(!other.isWithinTolerance)
    #expect(!LogitComparison([1], [.nan], classes: 1).isWithinTolerance)
    #expect(!LogitComparison([.infinity], [.infinity], classes: 1).isWithinTolerance)
    #expect(LogitComparison.accuracy([1, 2, 3, -8], labels: [1, 1], classes: 2) == 0.5)
  }

  @Test func imagesBecomePlanes() {
    let shape = TensorShape(height: 1, width: 2, channels: 3)
    #expect(
      OtherRuntime.planar([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], shape)
        == [1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12])
  }

  @Test func aProgramThatHangsIsEnded() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let shell = try #require(ChildProcess.find("sh"))
    func run(_ script: String, limit: Duration) throws -> ChildProcess.Result {
      try ChildProcess(executable: shell, arguments: ["-c", script], timeLimit: limit)
        .run(in: folder)
    }
    #expect(try run("exec sleep 600", limit: .milliseconds(50)).ending == .outOfTime)
    let failed = try run("echo reason >&2; exit 3", limit: .seconds(60))
    #expect(failed.ending == .exited(3))
    #expect(failed.errors == "reason\n")
    // A process that ignores the polite request, and one that it has started, which holds a pipe.
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let reader = FileHandle(
      fileDescriptor: open(pipe, O_RDONLY | O_NONBLOCK), closeOnDealloc: true)
    // On a busy machine the second process may come to nothing before the time is up.
    let script = "trap '' TERM; (echo x; exec sleep 600) > '\(pipe)' & wait; sleep 600"
    var heard = Data()
    var limit = Duration.milliseconds(50)
    while heard.isEmpty {
      limit *= 2
      #expect(try run(script, limit: limit).ending == .outOfTime)
      var bytes: [UInt8] = [0, 0]
      let count = read(reader.fileDescriptor, &bytes, bytes.count)
      heard = Data(bytes.prefix(max(count, 0)))
    }
    #expect(heard == Data("x\n".utf8))
    // Nobody can write any more.
    var state = pollfd(fd: reader.fileDescriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&state, 1, 30_000) == 1 && state.revents & Int16(POLLHUP) != 0)
    #expect(ChildProcess.find("no-such-program-at-all") == nil)
    #expect(ChildProcess.find("sh", path: nil) == nil)
  }

  @Test func whatAProgramHasStartedIsKilledWithIt() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let shell = try #require(ChildProcess.find("sh"))
    let child = ChildProcess(
      executable: shell, arguments: ["-c", "(echo x; exec sleep 600) > '\(pipe)' & wait"],
      timeLimit: .seconds(600))
    let ending = Monitor<ChildProcess.Ending?>(nil)
    let thread = try SystemThread {
      let result = try? child.run(in: folder)
      ending.update { $0 = result?.ending }
    }
    // Returns when the second process has opened it, and ends when that process ends.
    let reader = try #require(FileHandle(forReadingAtPath: pipe))
    #expect(try reader.read(upToCount: 2) == Data("x\n".utf8))
    ChildProcess.killRunning()
    #expect(try reader.readToEnd() ?? Data() == Data())
    thread.join()
    #expect(ending.read { $0 } == .signalled(SIGKILL))
  }

  @Test func aMissingInterpreterIsAnAbsence() throws {
    let network = try SampleNetworks.operations()
    let error = #expect(throws: OtherRuntimeError.self) {
      try OtherRuntime(python: "/no/python").run(
        .init(
          kind: .onnx, model: "x", images: SampleNetworks.images(1, network),
          shape: network.graph.input, batch: 1))
    }
    #expect(error == .noPython("/no/python"))
    #expect(error?.isAbsence == true)
  }

  /// Stands for an interpreter whose runtime lacks a library of the system.
  @Test func aBrokenRuntimeIsAnAbsence() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-broken-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let python = folder.appendingPathComponent("python")
    try Data(
      """
      #!/bin/sh
      answer=$(sed -n 's/.*"answer":"\\([^"]*\\)".*/\\1/p' "$2" | sed 's|\\\\/|/|g')
      echo '{"broken": "ImportError: no library"}' > "$answer"

      """.utf8
    ).write(to: python)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python.path)
    let network = try SampleNetworks.operations()
    let error = #expect(throws: OtherRuntimeError.self) {
      try OtherRuntime(python: python.path, folder: folder).run(
        .init(
          kind: .onnx, model: "x", images: SampleNetworks.images(1, network),
          shape: network.graph.input, batch: 1))
    }
    #expect(
      error
        == .broken(
          module: "onnxruntime", python: python.path, reason: "ImportError: no library"))
    #expect(error?.isAbsence == true)
  }
}
