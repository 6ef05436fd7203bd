import Evaluation
import Files
import Foundation
import Testing
import WeightFiles

@testable import TrainingStore

/// What can be wrong with a training folder is found, named, and loses nothing.
@Suite struct DamageTests {
  private let temporary: TemporaryFolder
  private let path: String

  /// A training that was interrupted in its second epoch.
  init() throws {
    temporary = try TemporaryFolder()
    path = temporary.file("training")
    let training = try Samples.training()
    let recorder = try Samples.create(path, training)
    var asked = 0
    #expect(throws: TrainingInterruption.cancelled) {
      try training.run(recorder: recorder) {
        asked += 1
        return asked > 9
      } report: { _ in
      }
    }
  }

  private func resume() throws -> TrainingFolderRecorder {
    try Samples.resume(path, try Samples.training())
  }

  private func replace(_ text: String, by other: String, in name: String) throws {
    let file = path + "/" + name
    let contents = try String(contentsOfFile: file, encoding: .utf8)
    #expect(contents.contains(text))
    try contents.replacingOccurrences(of: text, with: other)
      .write(toFile: file, atomically: true, encoding: .utf8)
  }

  private func changeTensor(_ name: String, of file: String) throws {
    var contents = try SafetensorsFile(path: path + "/" + file)
    let index = try #require(contents.tensors.firstIndex { $0.name == name })
    contents.tensors[index].values[0] += 1
    try WholeFile.write(contents.serialized(), to: path + "/" + file)
  }

  @Test func withoutDamageItGoesOn() throws { _ = try resume() }

  @Test func anotherProcessIsAtWork() throws {
    let holder = try resume()
    #expect(throws: FolderLockError.held(folder: path, process: Int(getpid()))) { try resume() }
    withExtendedLifetime(holder) {}
  }

  @Test func aFolderThatHoldsATrainingOrSomethingElse() throws {
    #expect(throws: TrainingFolderError.folderNotEmpty(folder: path, holdsTraining: true)) {
      try Samples.create(path, try Samples.training())
    }
    let other = temporary.file("other")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try "precious".write(toFile: other + "/notes", atomically: false, encoding: .utf8)
    #expect(throws: TrainingFolderError.folderNotEmpty(folder: other, holdsTraining: false)) {
      try Samples.create(other, try Samples.training())
    }
    #expect(try String(contentsOfFile: other + "/notes", encoding: .utf8) == "precious")
    let file = other + "/notes"
    #expect(throws: FileError(.creatingFolder, path: file, code: EEXIST)) {
      try Samples.create(file, try Samples.training())
    }
  }

  @Test func aChangedConfiguration() throws {
    try TrainingFolder.open(path).checkConfiguration()
    #expect(try TrainingFolder.open(path).bestFile().path == path + "/best.safetensors")
    try replace("\"seed\" : 4", by: "\"seed\" : 5", in: "training.json")
    #expect(throws: TrainingFolderError.bestOfAnother(path: path + "/best.safetensors")) {
      try TrainingFolder.open(path).bestFile()
    }
    #expect(throws: TrainingFolderError.configurationChanged(path: path + "/training.json")) {
      try resume()
    }
  }

  /// Before a network is built, which may be none or not the images'.
  @Test(arguments: [
    ("\"classes\" : 3", "\"classes\" : 4"), ("\"width\" : 8", "\"width\" : 9"),
    ("\"batchSize\" : 8", "\"batchSize\" : 9"),
  ])
  func aChangedConfigurationIsSeenFirst(_ text: String, _ other: String) throws {
    try replace(text, by: other, in: "training.json")
    let folder = try TrainingFolder.open(path)
    #expect(throws: TrainingFolderError.configurationChanged(path: path + "/training.json")) {
      try folder.checkConfiguration()
    }
  }

  /// Another process has ended the training since this one opened the folder.
  @Test func aFinishedTrainingIsNotTakenUp() throws {
    let training = try Samples.training()
    do {
      let recorder = try Samples.resume(path, training)
      let result = try training.run(recorder: recorder, isCancelled: { false }) { _ in }
      try recorder.finish(TrainingResult(result, of: training.graph))
    }
    #expect(throws: TrainingFolderError.finished(folder: path)) { try resume() }
  }

  @Test func aLaterFormat() throws {
    try replace("\"format\" : 1", by: "\"format\" : 2", in: "training.json")
    let error = #expect(throws: TrainingFolderError.self) { try resume() }
    #expect(error == .newerFormat(folder: path, found: 2, supported: 1))
  }

  @Test func anUnreadableConfiguration() throws {
    try replace("\"seed\"", by: "\"sed\"", in: "training.json")
    let error = #expect(throws: TrainingFolderError.self) { try resume() }
    #expect(
      error
        == .configurationUnreadable(path: path + "/training.json", detail: "seed is missing"))
  }

  @Test func otherImages() throws {
    let folder = try TrainingFolder.open(path)
    let recorded = folder.configuration.datasetFingerprint
    try folder.check(datasetFingerprint: recorded)
    #expect(
      throws: TrainingFolderError.datasetChanged(folder: path, recorded: recorded, found: "0")
    ) {
      try folder.check(datasetFingerprint: "0")
    }
  }

  @Test func aCheckpointThatIsMissingOrCutShort() throws {
    let file = path + "/last.safetensors"
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    for length in [0, 7, 100, whole.count / 2, whole.count - 1] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: file))
      let error = #expect(throws: SafetensorsError.self) { try resume() }
      #expect(error?.file == file)
    }
    try FileManager.default.removeItem(atPath: file)
    #expect(throws: TrainingFolderError.checkpointUnreadable(path: file, "it is missing")) {
      try resume()
    }
  }

  @Test func changedBits() throws {
    let file = path + "/last.safetensors"
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    for name in ["training.parameters", "training.slots.0"] {
      try changeTensor(name, of: "last.safetensors")
      let error = #expect(throws: TrainingFolderError.self) { try resume() }
      #expect(
        error
          == .checkpointUnreadable(
            path: file, "its training state is not what was written"))
      try whole.write(to: URL(fileURLWithPath: file))
    }
    try changeTensor("stem.convolution.weight", of: "last.safetensors")
    #expect(throws: WeightFileError.self) { try resume() }
    try whole.write(to: URL(fileURLWithPath: file))
    try changeTensor("stem.convolution.weight", of: "best.safetensors")
    let error = #expect(throws: WeightFileError.self) { try resume() }
    #expect(error?.file == path + "/best.safetensors")
  }

  @Test func aRemovedLock() throws {
    let training = try Samples.training()
    let recorder = try Samples.resume(path, training)
    let before = try Data(contentsOf: URL(fileURLWithPath: path + "/last.safetensors"))
    try FileManager.default.removeItem(atPath: path + "/lock")
    #expect(throws: FolderLockError.lost(path: path + "/lock")) {
      try recorder.save(training.checkpoint)
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path + "/last.safetensors")) == before)
  }

  @Test func changedProgress() throws {
    let file = path + "/last.safetensors"
    var contents = try SafetensorsFile(path: file)
    let key = "mixnas.training"
    let text = try #require(contents.metadata[key])
    #expect(text.contains(#""bestEpoch":1"#))
    contents.metadata[key] = text.replacing(#""bestEpoch":1"#, with: #""bestEpoch":0"#)
    try WholeFile.write(contents.serialized(), to: file)
    #expect(
      throws: TrainingFolderError.checkpointUnreadable(
        path: file, "'mixnas.training' is not what was written")
    ) { try resume() }
    // Nor is it taken where the checksum has been left out.
    contents.metadata["mixnas.training.checksum"] = nil
    try WholeFile.write(contents.serialized(), to: file)
    #expect(throws: TrainingFolderError.self) { try resume() }
  }

  @Test func weightsWithoutTrainingState() throws {
    let file = path + "/last.safetensors"
    try Data(contentsOf: URL(fileURLWithPath: path + "/best.safetensors"))
      .write(to: URL(fileURLWithPath: file))
    #expect(
      throws: TrainingFolderError.checkpointUnreadable(
        path: file, "its training state is missing")
    ) { try resume() }
  }

  @Test func missingBestWeights() throws {
    let file = path + "/best.safetensors"
    try FileManager.default.removeItem(atPath: file)
    #expect(throws: TrainingFolderError.bestUnreadable(path: file, epoch: 1)) { try resume() }
    #expect(throws: TrainingFolderError.weightsLost(path: file)) {
      try TrainingFolder.open(path).bestFile()
    }
  }

  @Test(arguments: [
    ("\"batchSize\" : 8", "\"batchSize\" : 0", "training.batchSize"),
    ("\"averageDecay\" : 0", "\"averageDecay\" : 5", "averageDecay"),
    ("\"mixup\" : 0", "\"mixup\" : -1", "mixing"),
  ])
  func aSettingThatCannotBe(text: String, other: String, key: String) throws {
    try replace(text, by: other, in: "training.json")
    #expect(
      throws: TrainingFolderError.configurationUnreadable(
        path: path + "/training.json", detail: "settings.\(key) has a value that can't be")
    ) { try TrainingFolder.open(path) }
  }

  /// As on a full disk: the file that would take the checkpoint's place can't be written.
  @Test func aCheckpointThatCannotBeWritten() throws {
    let file = path + "/last.safetensors"
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    do {
      let training = try Samples.training()
      let recorder = try Samples.resume(path, training)
      try FileManager.default.createDirectory(
        atPath: file + WholeFile.partialSuffix, withIntermediateDirectories: false)
      #expect(throws: FileError(.writing, path: file, code: EISDIR)) {
        try training.run(recorder: recorder, isCancelled: { false }) { _ in }
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    try FileManager.default.removeItem(atPath: file + WholeFile.partialSuffix)
    _ = try resume()
  }
}
