import Engine
import Files
import Foundation
import Testing
import WeightFiles

@testable import Evaluation
@testable import TrainingStore

@Suite struct TrainingFolderTests {
  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Trains until the question number `questions`, or to the end.
  @discardableResult
  private func run(
    _ training: FullTraining, _ recorder: some TrainingRecorder, questions: Int = .max
  ) throws -> FullTraining.Result? {
    var asked = 0
    do {
      return try training.run(recorder: recorder, saveInterval: .zero) {
        asked += 1
        return asked > questions
      } report: { _ in
      }
    } catch TrainingInterruption.cancelled {
      return nil
    }
  }

  @Test func aWholeTraining() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.file("new/training")
    let training = try Samples.training()
    let recorder = try Samples.create(path, training)
    let result = try #require(try run(training, recorder))
    try recorder.finish(TrainingResult(result, of: training.graph))

    let folder = try TrainingFolder.open(path)
    #expect(TrainingFolder.isTraining(path: path))
    #expect(try folder.configuration == Samples.configuration())
    let record = try #require(try folder.result())
    #expect(record == TrainingResult(result, of: training.graph))
    #expect(record.weights == result.weights.digest)
    #expect(record.testAccuracy == result.testAccuracy && record.epochs == 3)

    let best = try WeightFile(path: folder.bestFile().path)
    #expect(try best.weights(of: training.graph) == result.weights)
    #expect(best.metadata.architecture == .genome(Samples.file))
    #expect(best.metadata.classNames == ["a", "b", "c"])
    #expect(best.metadata.data == folder.configuration.datasetFingerprint)
    // A checkpoint is read like any other weight file.
    let last = try WeightFile(path: folder.file(TrainingFiles.last))
    #expect(
      try last.weights(of: training.graph)
        == training.checkpoint.weights)

    let curves = try String(contentsOfFile: folder.file(TrainingFiles.curves), encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    #expect(curves.count == 4)
    #expect(curves[0] == LearningCurves.columns)
    for (row, epoch) in zip(curves.dropFirst(), result.progress.epochs) {
      #expect(row.count == LearningCurves.columns.count)
      #expect(row[0] == "\(epoch.number)" && row[1] == "\(epoch.steps)")
      #expect(Double(row[3]) == epoch.trainingLoss)
      #expect(Double(row[6]) == epoch.validationAccuracy)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        == [
          "best.safetensors", "curves.csv", "last.safetensors", "lock", "result.json",
          "training.json",
        ])

    try FileManager.default.removeItem(atPath: folder.bestFile().path)
    #expect(throws: TrainingFolderError.weightsLost(path: path + "/best.safetensors")) {
      try folder.bestFile()
    }
  }

  @Test(arguments: [0, 1, 5, 6, 9, 14, 19])
  func aResumedTrainingHasTheSameFiles(questions: Int) throws {
    let temporary = try TemporaryFolder()
    let whole = temporary.file("whole")
    let first = try Samples.training()
    let expected = try #require(try run(first, try Samples.create(whole, first)))

    let path = temporary.file("interrupted")
    do {
      let training = try Samples.training()
      #expect(try run(training, try Samples.create(path, training), questions: questions) == nil)
    }
    #expect(try TrainingFolder.open(path).result() == nil)
    let training = try Samples.training()
    let result = try #require(try run(training, try Samples.resume(path, training)))
    #expect(result.testLoss == expected.testLoss)
    #expect(training.checkpoint.state == first.checkpoint.state)
    #expect(try bytes(path + "/best.safetensors") == bytes(whole + "/best.safetensors"))
    #expect(
      try SafetensorsFile(path: path + "/last.safetensors").tensors
        == SafetensorsFile(path: whole + "/last.safetensors").tensors)
  }

  /// Between the checkpoint that ends an epoch and the best weights, which are the checkpoint's.
  @Test func aProcessThatEndsBeforeTheBestWeightsAreWritten() throws {
    let temporary = try TemporaryFolder()
    let whole = temporary.file("whole")
    let first = try Samples.training()
    try run(first, try Samples.create(whole, first))
    for epoch in 1...3 {
      let path = temporary.file("killed-\(epoch)")
      do {
        let training = try Samples.training()
        let recorder = KilledRecorder(try Samples.create(path, training), epoch: epoch)
        #expect(throws: KilledRecorder.Killed.self) { try run(training, recorder) }
      }
      // Neither are the curves.
      try LearningCurves.text([]).write(
        toFile: path + "/curves.csv", atomically: false, encoding: .utf8)
      let training = try Samples.training()
      try run(training, try Samples.resume(path, training))
      #expect(
        try bytes(path + "/best.safetensors") == bytes(whole + "/best.safetensors"),
        "killed in epoch \(epoch)")
      let curves = try String(contentsOfFile: path + "/curves.csv", encoding: .utf8)
      #expect(curves == LearningCurves.text(training.checkpoint.progress.epochs))
    }
  }

  /// A creation that did not get as far as `training.json` is no training and in nobody's way.
  @Test func aCreationThatWasInterruptedDoesNotCount() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.file("training")
    do { _ = try Samples.create(path, try Samples.training()) }
    try FileManager.default.removeItem(atPath: path + "/training.json")
    try "half".write(
      toFile: path + "/training.json" + WholeFile.partialSuffix, atomically: false, encoding: .utf8)
    #expect(!TrainingFolder.isTraining(path: path))
    #expect(throws: TrainingFolderError.noFolder(path + "-2")) {
      try TrainingFolder.open(path + "-2")
    }
    #expect(throws: TrainingFolderError.notATraining(folder: path)) {
      try TrainingFolder.open(path)
    }
    _ = try Samples.create(path, try Samples.training())
    #expect(TrainingFolder.isTraining(path: path))
  }

  /// Files of a training's names that no beginning has left: somebody's, or a training's whose
  /// `training.json` is lost.
  @Test func whatNoBeginningHasLeftStays() throws {
    let temporary = try TemporaryFolder()
    for name in ["last.safetensors", "curves.csv"] {
      let path = temporary.file(name)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try "mine".write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
      #expect(throws: TrainingFolderError.folderNotEmpty(folder: path, holdsTraining: false)) {
        try Samples.create(path, try Samples.training())
      }
      #expect(try String(contentsOfFile: path + "/" + name, encoding: .utf8) == "mine")
      #expect(try Folder.names(in: path) == [name])
    }
    let path = temporary.file("begun")
    do {
      let training = try Samples.training()
      let recorder = try Samples.create(path, training)
      var checkpoint = training.checkpoint
      checkpoint.progress.step = 1
      try recorder.save(checkpoint)
    }
    try FileManager.default.removeItem(atPath: path + "/training.json")
    #expect(throws: TrainingFolderError.folderNotEmpty(folder: path, holdsTraining: false)) {
      try Samples.create(path, try Samples.training())
    }
  }

  /// Far too large for a number, though every weight is finite.
  @Test func anInfiniteLossIsKept() throws {
    let training = try Samples.training()
    var checkpoint = training.checkpoint
    checkpoint.progress.epochs = [
      .init(
        number: 1, steps: 5, learningRate: 0.1, trainingLoss: 1e300, trainingAccuracy: 0,
        validationLoss: .infinity, validationAccuracy: 0, imagesPerSecond: 1, seconds: 1)
    ]
    let metadata = try Samples.configuration().metadata(.init())
    let file = try CheckpointFile.contents(
      checkpoint, of: training.graph, metadata, configurationChecksum: "x")
    let temporary = try TemporaryFolder()
    try WholeFile.write(file.serialized(), to: temporary.file("last.safetensors"))
    let read = try CheckpointFile.checkpoint(
      path: temporary.file("last.safetensors"), of: training.graph, configurationChecksum: "x")
    #expect(read.progress == checkpoint.progress)
    #expect(read.state == checkpoint.state)
    #expect(read.weights == checkpoint.weights)
  }
}

/// Stops in place of writing the best weights of an epoch.
private final class KilledRecorder: TrainingRecorder {
  struct Killed: Error {}

  let recorder: TrainingFolderRecorder
  let epoch: Int

  init(_ recorder: TrainingFolderRecorder, epoch: Int) {
    self.recorder = recorder
    self.epoch = epoch
  }

  func save(_ checkpoint: TrainingCheckpoint) throws { try recorder.save(checkpoint) }

  func saveBest(_ weights: NetworkWeights, _ epoch: TrainingProgress.Epoch) throws {
    if epoch.number == self.epoch { throw Killed() }
    try recorder.saveBest(weights, epoch)
  }
}
