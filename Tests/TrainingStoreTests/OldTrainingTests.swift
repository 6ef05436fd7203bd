import Evaluation
import Foundation
import Testing

@testable import TrainingStore

/// Folders of earlier formats open for ever.
@Suite struct OldTrainingTests {
  private static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  /// Format 1, interrupted behind the fourth step of the second epoch.
  @Test func formatOne() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.file("training")
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("format-1"), to: URL(fileURLWithPath: path))

    let folder = try TrainingFolder.open(path)
    #expect(folder.configuration == (try Samples.configuration()))
    let training = try Samples.training()
    let recorder = try Samples.resume(path, training)
    let checkpoint = training.checkpoint
    #expect(checkpoint.progress.epochs.count == 1 && checkpoint.progress.step == 4)
    #expect(checkpoint.progress.bestEpoch == 1 && checkpoint.state.step == 9)
    #expect(checkpoint.weights.digest == Self.digest)
    let result = try training.run(recorder: recorder, isCancelled: { false }) { _ in }
    #expect(result.progress.epochs.count == 3)
  }

  private static let digest = "2f0e40d2bfc306b2"
}
