import Architectures
import Files
import Foundation
import Search
import Testing

@testable import RunStore

/// Runs as earlier versions wrote them open for ever: the files under `Fixtures` never change.
/// A later format gets a folder of its own beside them.
@Suite struct OldRunTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  private let path = Self.fixtures + "/run-format-1"

  @Test func format1IsReplayed() throws {
    let state = try RunFolder.open(path).replay()
    #expect(state.configuration.version == "1.0.0")
    #expect(state.configuration.seed == 21)
    #expect(state.configuration.datasetFingerprint == "ab12")
    #expect(
      try state.configuration.dataset.decoded(as: [String: String].self) == ["kind": "built-in"])
    #expect(state.configuration.space.stages.map(\.kernels) == [[[3], [5], [3, 5]], [[3], [7]]])
    #expect(state.configuration.space.objective.target == 5)
    #expect(state.budget == 5)
    #expect(state.resumptions == [Samples.resumption])
    #expect(state.startTime == 1_700_000_000)
    #expect(state.lastTime == 1_800_000_004)

    let search = state.search
    #expect(search.end == .finished)
    #expect(search.evaluatedCount == 5)
    #expect(search.failedCount == 3)
    #expect(search.best?.ordinal == 4)
    #expect(search.front.candidates.map(\.ordinal) == [1, 4])
    #expect(search.candidates[0].failure == .diverged(epoch: 1))
    #expect(
      search.candidates[2].failure == .notBuildable(reason: "stage 2: a group without channels"))
    #expect(search.candidates[3].failure == .outOfTime(seconds: 60))
    let proposal = search.candidates[4].proposal
    #expect(proposal.seed == 0xeccd_c55c_0232_cf8c)
    #expect(proposal.parent == 1)
    #expect(proposal.mutatedGene == 12)
    #expect(proposal.choices.indices.count == 22)
    // The hash of a network must never change, or old and new proposals would not be compared.
    #expect(proposal.genome.hash == proposal.hash)
    #expect(
      search.candidates[4].scores
        == Evaluation.Scores(
          validationAccuracy: 0.875, validationLoss: 0.75, trainingLoss: 0.625,
          latency: LatencyMeasurement(
            medianMilliseconds: 6.25, lowMilliseconds: 6, highMilliseconds: 6.75, samples: 101,
            threads: 1), multiplyAdds: 345_678, parameters: 12_345))
    #expect(search.candidates[4].evaluation?.timing.seconds == 16.5)
  }

  /// Today's version writes the same bytes, so a version between the two reads them as well.
  @Test func format1IsStillWritten() throws {
    let bytes = try Array(WholeFile.read(path + "/journal.jsonl"))
    let contents = try JournalContents(parsing: bytes, path: path)
    var written: [UInt8] = []
    for (sequence, entry) in contents.entries.enumerated() {
      written += JournalLine(sequence: sequence, event: try CanonicalJSON.bytes(entry)).bytes
    }
    #expect(written == bytes)
  }

  @Test func format1IsContinued() throws {
    let folder = try TemporaryFolder()
    let copy = folder.file("run")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let recorder = try Samples.resume(copy)
    try recorder.extend(to: 9)
    try recorder.append(.ended(.interrupted))
    let state = try RunFolder.open(copy).replay()
    #expect(state.budget == 9)
    #expect(state.resumptions.count == 2)
    #expect(try WholeFile.read(copy + "/best.json") == WholeFile.read(path + "/best.json"))
  }
}
