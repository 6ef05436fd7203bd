import Foundation
import Testing

/// The three uses that matter most: launch a search, resume it, export the winner.
@Suite struct SearchTests {
  @Test func searchesExtendsAndExports() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")

    let search = try tool.succeed(["search", space, "--evaluations", "3"])
    #expect(search.output.contains("finished: 3 evaluated"))
    #expect(search.output.contains("mixnas export results/tiny-1"))
    #expect(search.errors.contains("3/3"), "progress goes to standard error")

    let resume = try tool.succeed(["resume", "results/tiny-1", "--evaluations", "4", "--json"])
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(resume.output.utf8)) as? [String: Any])
    #expect(result["evaluated"] as? Int == 4)
    #expect(result["end"] as? String == "finished")

    try tool.succeed(["export", "results/tiny-1", "--output", "winner.json"])
    let described = try tool.succeed(["describe", "winner.json"])
    let blocks = try tool.succeed(["export", "winner.json", "--format", "blocks"])
    #expect(described.output.contains(blocks.output.trimmingCharacters(in: .newlines)))

    let best = try tool.succeed(["describe", "results/tiny-1/best.json"])
    #expect(try best.output == tool.run(["describe", "results/tiny-1"]).output)

    let first = try tool.succeed(["show", "results/tiny-1", "0"])
    let candidate = try tool.succeed(["describe", "results/tiny-1", "--select", "0"])
    let genome = try #require(candidate.output.split(separator: "\n").dropFirst().first)
    #expect(first.output.contains(genome), "\(candidate.output)")

    let front = try tool.succeed(
      ["export", "results/tiny-1", "--select", "pareto", "--format", "blocks"])
    #expect(front.output.contains(blocks.output))

    let shown = try tool.succeed(["show", "results/tiny-1", "best"])
    #expect(shown.output.contains(blocks.output))
    try tool.succeed(["show", "results/tiny-1", "--svg", "front.svg"])
    #expect(try String(contentsOfFile: tool.path("front.svg"), encoding: .utf8).hasPrefix("<svg"))
    // What a link or a pipe is, it stays.
    let link = try tool.shell(
      "ln -s front.svg link; mixnas show results/tiny-1 --svg link && test -L link && "
        + "mkfifo pipe && { timeout 20 cat pipe > piped & } && mixnas show results/tiny-1 --svg pipe && wait && "
        + "test -p pipe && cmp piped front.svg")
    try #require(link.status == 0, "\(link.errors)")
    #expect(try tool.run(["list"]).output.contains("results/tiny-1"))

    let trained = try tool.succeed([
      "train", "results/tiny-1", "--epochs", "1", "--json", "--quiet",
    ])
    #expect(trained.output.contains("testAccuracy"))
  }

  @Test func fewValidationImagesAreWarnedOf() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(
      tinySpace.replacing("validation-images: 200", with: "validation-images: 50"), to: "few.yaml")
    let few = try tool.run(["search", space, "--output", "few", "--evaluations", "1"])
    #expect(few.status == 0)
    #expect(few.errors.contains("50 validation images is uncertain by ±0.07"), "\(few.errors)")
    #expect(few.errors.contains("640 built-in images"), "\(few.errors)")
  }

  @Test func searchesAtTheSameTimeGetFoldersOfTheirOwn() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    let searches = try (0..<4).map { _ in
      try tool.start(["search", space, "--evaluations", "1", "--quiet"])
    }
    for search in searches {
      let result = try search.wait()
      #expect(result.status == 0, "\(result.errors)")
    }
    let folders = try FileManager.default.contentsOfDirectory(atPath: tool.path("results"))
    #expect(folders.sorted() == (1...4).map { "tiny-\($0)" })
  }

  /// Ctrl-C ends with the convention's exit code, and nothing but candidates in flight is lost.
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func interruptionIsClean(signal: Int32, status: Int32) throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    let running = try tool.start(
      ["search", space, "--evaluations", "5000", "--output", "run"])
    // The table is there before anything is evaluated; progress follows.
    while !FileManager.default.fileExists(atPath: tool.path("run/evaluations.csv")) {
      try #require(running.process.isRunning)
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.send(signal)
    let result = try running.wait()
    #expect(!result.wasKilled)
    // A signal between the table and the first candidate is handled like any other.
    #expect(result.status == status, "\(result.errors)")
    #expect(result.output.contains("mixnas resume run"))
  }

  /// Also where the run has finished, so that nothing else is recorded.
  @Test func movedImagesAreFoundFromThenOn() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(
      tinySpace.replacingOccurrences(of: "channels: 3\n", with: "channels: 1\n"), to: "tiny.yaml")
    try TinyImages.write(to: tool.path("images"))
    try tool.succeed(
      ["search", "tiny.yaml", "--output", "run", "--evaluations", "1", "--quiet"]
        + TinyImages.options("images"))
    try FileManager.default.moveItem(atPath: tool.path("images"), toPath: tool.path("moved"))
    let export = ["export", "run", "--output", "a.safetensors"]
    #expect(try tool.run(export).status == 65)
    let resumed = try tool.run(["resume", "run", "--data-directory", "moved"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let result = try tool.run(export)
    #expect(result.status == 0, "\(result.errors)")
    let timed = try tool.run(["latency", "run", "--select", "pareto", "--seconds", "0.01"])
    #expect(timed.status == 0 && timed.output.contains("tiny-0"), "\(timed.errors)")
  }

  @Test func aSecondProcessIsRefused() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    let running = try tool.start(
      ["search", space, "--evaluations", "5000", "--output", "run"])
    defer {
      running.send(SIGKILL)
      running.process.waitUntilExit()
    }
    while !FileManager.default.fileExists(atPath: tool.path("run/evaluations.csv")) {
      try #require(running.process.isRunning)
      Thread.sleep(forTimeInterval: 0.01)
    }
    let second = try tool.run(["resume", "run"])
    #expect(second.status == 74)
    #expect(second.errors.contains("\(running.process.processIdentifier)"))
    #expect(try tool.run(["show", "run"]).status == 0, "reading needs no lock")
  }

  /// As behind the `&` of a script, whose Ctrl-C is not meant for it.
  @Test func anIgnoredCtrlCStaysIgnored() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    let result = try tool.shell(
      """
      trap '' INT
      "$MIXNAS" search tiny.yaml --output run --quiet &
      while [ ! -e run/evaluations.csv ] && kill -0 $!; do sleep 0.01; done
      kill -INT $!
      wait $!
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try tool.succeed(["show", "run"]).output.contains("finished: 8 of 8 evaluated"))
  }

  @Test func workersChangeNothingButTime() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let space = try tool.write(tinySpace, to: "tiny.yaml")
    let records = try ["1", "2"].map { workers in
      try tool.succeed([
        "search", space, "--workers", workers, "--quiet", "--output", "workers-\(workers)",
      ])
      return try RunRecords(of: tool.path("workers-\(workers)"))
    }
    #expect(records[0] == records[1])
    #expect(records[0].rows.count == 9, "a header and eight candidates")
  }

  @Test func aRunIsNotExtendedToLessThanItHas() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    try tool.succeed(["search", "tiny.yaml", "--output", "run", "--evaluations", "3", "--quiet"])
    let journal = try Data(contentsOf: tool.folder.appendingPathComponent("run/journal.jsonl"))
    let result = try tool.run(["resume", "run", "--evaluations", "2"])
    #expect(result.status == 64)
    #expect(result.errors.contains("3 candidates already"), "\(result.errors)")
    let after = try Data(contentsOf: tool.folder.appendingPathComponent("run/journal.jsonl"))
    #expect(after == journal)
  }

  @Test func aSearchWithoutAScoreSaysWhy() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(
      tinySpace.replacingOccurrences(of: "{epochs: 1,", with: "{epochs: 1, time-limit: 0.0001,"),
      to: "tiny.yaml")
    let result = try tool.run(["search", "tiny.yaml", "--output", "run", "--evaluations", "2"])
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains("no candidate has a score"), "\(result.errors)")
    #expect(result.errors.contains("out of time"), "\(result.errors)")
    #expect(!result.output.contains("export"), "\(result.output)")
  }

  @Test func aDamagedRunKeepsNoOtherFromBeingListed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    _ = try tool.write(tinySpace, to: "tiny.yaml")
    try tool.succeed(["search", "tiny.yaml", "--output", "runs/b", "--evaluations", "1", "--quiet"])
    try FileManager.default.copyItem(atPath: tool.path("runs/b"), toPath: tool.path("runs/a"))
    _ = try tool.write("damage\n", to: "runs/a/journal.jsonl")
    let result = try tool.run(["list", "runs"])
    #expect(result.status == 65)
    #expect(result.output.contains("runs/b"), "\(result.output)")
    #expect(result.errors.contains("runs/a/journal.jsonl"), "\(result.errors)")
  }
}
