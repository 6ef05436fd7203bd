import Files
import Foundation
import Search
import Testing

@testable import RunStore

@Suite struct RunFolderTests {
  @Test func aFolderHoldsWhatItShould() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("above/run")
    let recorder = try Samples.create(path)
    try Samples.search(recorder, workers: 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(
      names == ["best.json", "evaluations.csv", "journal.jsonl", "lock", "run.json", "weights"])

    let state = try RunFolder.open(path).replay()
    #expect(state.configuration == (try Samples.configuration()))
    #expect(state.search.candidates == recorder.state.search.candidates)
    #expect(state.search.evaluatedCount == 10)
    #expect(state.search.failedCount == 1)
    #expect(state.search.end == .finished)
    #expect(state.startTime == 1_700_000_000)
  }

  @Test func tableHasARowPerEvaluation() throws {
    let folder = try TemporaryFolder()
    let recorder = try Samples.create(folder.file("run"))
    try Samples.search(recorder, workers: 3)
    let text = try String(contentsOfFile: folder.file("run/evaluations.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n")
    #expect(
      rows[0].hasPrefix(
        "ordinal,status,validation_accuracy,latency_ms,multiply_adds,parameters,reward,seconds,"
          + "genome,pareto"))
    let cells = rows.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(cells.allSatisfy { $0.count == EvaluationTable.columns.count })
    #expect(cells.map { $0[0] } == (0..<10).map { "\($0)" })
    #expect(cells[5][1] == "diverged")
    #expect(cells[5][17] == "diverged in epoch 2")
    let front = recorder.state.search.front.ordinals
    for (ordinal, row) in cells.enumerated() {
      let candidate = recorder.state.search.candidates[ordinal]
      #expect(row[8] == candidate.proposal.genome.blockNotation)
      #expect(Double(row[6]) == candidate.score?.reward)
      #expect(row[9] == (front.contains(ordinal) ? "1" : "0"))
    }
    let best = try #require(recorder.state.search.best)
    let json = try String(contentsOfFile: folder.file("run/best.json"), encoding: .utf8)
    #expect(json.contains("\"ordinal\" : \(best.ordinal)"))
    #expect(json.contains("\"blockNotation\" : \"\(best.proposal.genome.blockNotation)\""))
  }

  @Test func aFinishedRunIsExtended() throws {
    let folder = try TemporaryFolder()
    try Samples.search(Samples.create(folder.file("long"), evaluations: 16))
    try Samples.search(Samples.create(folder.file("short"), evaluations: 7))
    do {
      // Opening alone writes no event.
      let before = try WholeFile.read(folder.file("short/journal.jsonl"))
      let recorder = try Samples.resume(folder.file("short"))
      #expect(try WholeFile.read(folder.file("short/journal.jsonl")) == before)
      try recorder.extend(to: 16)
      #expect(try Samples.search(recorder) == .finished)
    }
    let long = try RunFolder.open(folder.file("long")).replay()
    let extended = try RunFolder.open(folder.file("short")).replay()
    #expect(try extended.reproducibleRecords() == long.reproducibleRecords())
    #expect(extended.budget == 16)
    #expect(extended.configuration.space.strategy.evaluations == 7)
    #expect(extended.resumptions == [Samples.resumption])
    #expect(extended.lastTime == 1_800_000_000 + 0.5 * 20)
  }

  @Test func whereACandidateWasEvaluatedIsKnown() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    try Samples.search(Samples.create(path, evaluations: 3))
    var host = Samples.host
    host.processor = "Another CPU"
    do {
      let recorder = try RunRecorder.resume(path, as: RunResumption(version: "2", host: host))
      try recorder.extend(to: 5)
      try Samples.search(recorder)
    }
    // Nobody evaluates anything any more.
    _ = try RunRecorder.resume(
      path, as: RunResumption(version: "3", host: Samples.host, dataDirectory: "/elsewhere"))
    let state = try RunFolder.open(path).replay()
    let evaluators = (0..<6).map(state.evaluator)
    #expect(evaluators.map(\.?.version) == ["1.0.0", "1.0.0", "1.0.0", "2", "2", nil])
    #expect(evaluators[2]?.host == Samples.host)
    #expect(evaluators[4]?.host == host)
    #expect(state.hosts == [Samples.host, host, Samples.host])
    #expect(!host.computesLike(Samples.host) && host.computesLike(host))
  }

  /// Before anything else happens, and also where nothing does.
  @Test func whereTheImagesHaveMovedIsKept() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    try Samples.search(Samples.create(path))
    let moved = RunResumption(version: "2", host: Samples.host, dataDirectory: "/elsewhere")
    _ = try RunRecorder.resume(path, as: moved)
    #expect(try RunFolder.open(path).replay().resumptions == [moved])
  }

  @Test func oneWriterAtATime() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    do {
      let recorder = try Samples.create(path)
      let error = #expect(throws: FolderLockError.self) { try Samples.resume(path) }
      #expect(error == .held(folder: path, process: Int(getpid())))
      #expect("\(try #require(error))".contains("process \(getpid()) is at work"))
      // Reading needs no lock.
      #expect(try RunFolder.open(path).replay().search.candidates.isEmpty)
      withExtendedLifetime(recorder) {}
    }
    _ = try Samples.resume(path)
  }

  @Test func createRefusesAFolderThatIsNotEmpty() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    _ = try Samples.create(path)
    #expect(throws: RunStoreError.folderNotEmpty(folder: path, holdsRun: true)) {
      try Samples.create(path)
    }
    try "x".write(toFile: folder.file("notes.txt"), atomically: false, encoding: .utf8)
    #expect(throws: RunStoreError.folderNotEmpty(folder: folder.path, holdsRun: false)) {
      try Samples.create(folder.path)
    }
  }

  /// Weights of an earlier run would be taken for those of the new one.
  @Test func createRefusesWeightsOfAnEarlierRun() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("weights"))
    try WholeFile.write([1], to: folder.file("weights/0.safetensors"))
    #expect(throws: RunStoreError.folderNotEmpty(folder: folder.path, holdsRun: false)) {
      try Samples.create(folder.path)
    }
    #expect(try Folder.names(in: folder.path) == ["weights"])
  }

  /// A creation that was killed is no reason to refuse the next one.
  @Test func createGoesOnAfterAKilledCreation() throws {
    let folder = try TemporaryFolder()
    try WholeFile.write(Data("123\n".utf8), to: folder.file("lock"))
    try WholeFile.write(Data("{".utf8), to: folder.file("run.json" + WholeFile.partialSuffix))
    _ = try Samples.create(folder.path)
    // Killed before the first event: the run begins when it is resumed.
    for name in [RunFiles.journal, RunFiles.table] {
      try FileManager.default.removeItem(atPath: folder.file(name))
    }
    #expect(try RunFolder.open(folder.path).replay().startTime == nil)
    #expect(try Samples.search(Samples.resume(folder.path)) == .finished)
    #expect(try RunFolder.open(folder.path).replay().resumptions.isEmpty)
  }

  @Test func openRefusesWhatIsNoRun() throws {
    let folder = try TemporaryFolder()
    #expect(throws: RunStoreError.notARun(folder: folder.path)) { try RunFolder.open(folder.path) }
    let nowhere = folder.file("nowhere")
    #expect(throws: RunStoreError.noFolder(nowhere)) { try RunFolder.open(nowhere) }
    try "x".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    #expect(throws: RunStoreError.notARun(folder: folder.file("file"))) {
      try RunFolder.open(folder.file("file"))
    }
  }

  @Test func configurationsThatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    _ = try Samples.create(path)
    let file = path + "/run.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    func error(_ changed: String) throws -> RunStoreError? {
      try changed.write(toFile: file, atomically: false, encoding: .utf8)
      return #expect(throws: RunStoreError.self) { try RunFolder.open(path).replay() }
    }
    #expect(
      try error(text.replacingOccurrences(of: "\"format\" : 1", with: "\"format\" : 2"))
        == .newerFormat(folder: path, found: 2, supported: 1))
    #expect(
      try error(text.replacingOccurrences(of: "\"seed\" : 21", with: "\"seed\" : 22"))
        == .configurationChanged(path: file))
    // Settings that nothing could run with.
    guard
      case .configurationUnreadable(_, let detail) = try error(
        text.replacing(#/"target" : [0-9.]+/#, with: "\"target\" : 0"))
    else {
      Issue.record("a target of 0")
      return
    }
    #expect(detail.hasPrefix("objective.target: "))
    #expect(
      try error(text.replacingOccurrences(of: "\"seed\"", with: "\"sead\""))
        == .configurationUnreadable(path: file, detail: "seed is missing"))
    guard case .configurationUnreadable = try error(String(text.dropLast(40))) else {
      Issue.record("a file that was cut")
      return
    }
  }

  @Test func otherImagesAreRefused() throws {
    let folder = try TemporaryFolder()
    let run = try Samples.create(folder.file("run")).folder
    try run.check(datasetFingerprint: "ab12")
    #expect(
      throws: RunStoreError.datasetChanged(
        folder: run.path, recorded: "ab12", found: "cd34")
    ) { try run.check(datasetFingerprint: "cd34") }
  }

  @Test(arguments: [true, false])
  func aLostJournalIsNoNewRun(isEmpty: Bool) throws {
    let folder = try TemporaryFolder()
    try Samples.search(Samples.create(folder.file("run")))
    let table = try Data(contentsOf: URL(fileURLWithPath: folder.file("run/evaluations.csv")))
    let journal = folder.file("run/journal.jsonl")
    if isEmpty {
      try Data().write(to: URL(fileURLWithPath: journal))
    } else {
      try FileManager.default.removeItem(atPath: journal)
    }
    #expect(throws: RunStoreError.journalLost(path: journal)) {
      try RunFolder.open(folder.file("run")).replay()
    }
    #expect(throws: RunStoreError.journalLost(path: journal)) {
      try Samples.resume(folder.file("run"))
    }
    let after = try Data(contentsOf: URL(fileURLWithPath: folder.file("run/evaluations.csv")))
    #expect(after == table)
  }

  /// The table has what the journal has lost, which nothing else could give again.
  @Test func aJournalThatEndsEarlyIsNoShorterRun() throws {
    let folder = try TemporaryFolder()
    try Samples.search(Samples.create(folder.file("run")))
    let (path, table) = (folder.file("run"), folder.file("run/evaluations.csv"))
    let journal = path + "/journal.jsonl"
    let lines = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
    let text = lines.prefix(lines.count / 2).joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: journal))
    let rows = try Data(contentsOf: URL(fileURLWithPath: table))
    for open in [
      { _ = try RunFolder.open(path).replay() }, { _ = try Samples.resume(path) },
    ] {
      let error = #expect(throws: RunStoreError.self) { try open() }
      guard case .journalEndsEarly(journal, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: table)) == rows)
    // Whoever moves the table away goes on from what is left.
    try FileManager.default.moveItem(atPath: table, toPath: folder.file("moved.csv"))
    #expect(try Samples.resume(path).state.search.evaluatedCount > 0)
  }
}
