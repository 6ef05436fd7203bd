import Architectures
import Engine
import Evaluation
import Files
import Foundation
import WeightFiles

/// A training folder that this process writes: it holds the lock.
///
///     let recorder = try TrainingFolderRecorder.create(
///       at: "results/mixnet-s-1", configuration, graph: graph, normalization: normalization,
///       checkpoint: training.checkpoint)
///     let result = try training.run(recorder: recorder, isCancelled: { false }, report: show)
///     try recorder.finish(TrainingResult(result, of: graph))
///
/// Each file is replaced as a whole: whenever the process or the machine stops, the folder holds a
/// checkpoint that the training goes on from.
package final class TrainingFolderRecorder: TrainingRecorder {
  package let folder: TrainingFolder
  private let lock: FolderLock
  private let graph: NetworkGraph
  private let metadata: NetworkMetadata

  /// Begins a training in a folder that is empty or not there yet; missing folders above it are
  /// made. The checkpoint is there before `training.json` is, so a folder that is a training can
  /// be resumed.
  ///
  /// - Parameter normalization: written into the weight files.
  /// - Throws: `TrainingFolderError.folderNotEmpty`, `FolderLockError`, `FileError`.
  package static func create(
    at path: String, _ configuration: TrainingConfiguration, graph: NetworkGraph,
    normalization: NetworkMetadata.Normalization, checkpoint: TrainingCheckpoint
  ) throws -> TrainingFolderRecorder {
    guard let lock = try FolderLock.ofFresh(path, isLeftover: { isLeftover($0, in: path) }) else {
      throw TrainingFolderError.folderNotEmpty(
        folder: path, holdsTraining: TrainingFolder.isTraining(path: path))
    }
    let bytes = try CanonicalJSON.bytes(configuration, isPretty: true) + [UInt8(ascii: "\n")]
    let folder = TrainingFolder(
      path: path, configuration: configuration, configurationChecksum: Checksum.text(of: bytes))
    let recorder = TrainingFolderRecorder(
      folder, lock: lock, graph: graph, normalization: normalization)
    try recorder.save(checkpoint)
    try WholeFile.write(bytes, to: folder.file(TrainingFiles.configuration))
    return recorder
  }

  /// Takes up a training again.
  ///
  /// - Throws: `FolderLockError`, `FileError`, and `TrainingFolderError.finished` where another
  ///   process has ended it since the folder was opened.
  package static func resume(
    _ folder: TrainingFolder, graph: NetworkGraph, normalization: NetworkMetadata.Normalization
  ) throws -> TrainingFolderRecorder {
    let lock = try FolderLock(folder: folder.path)
    if try folder.result() != nil { throw TrainingFolderError.finished(folder: folder.path) }
    return TrainingFolderRecorder(folder, lock: lock, graph: graph, normalization: normalization)
  }

  private init(
    _ folder: TrainingFolder, lock: FolderLock, graph: NetworkGraph,
    normalization: NetworkMetadata.Normalization
  ) {
    self.folder = folder
    self.lock = lock
    self.graph = graph
    metadata = folder.configuration.metadata(normalization)
  }

  /// Puts a training where the last checkpoint left it.
  ///
  /// - Throws: `TrainingFolderError`, `SafetensorsError` or `WeightFileError` where a file is
  ///   damaged or another training's.
  package func restore(_ training: FullTraining) throws {
    let path = folder.file(TrainingFiles.last)
    let checkpoint = try CheckpointFile.checkpoint(
      path: path, of: graph, configurationChecksum: folder.configurationChecksum)
    guard training.fits(checkpoint) else {
      throw TrainingFolderError.checkpointUnreadable(path: path, "it is another training's")
    }
    // A process that ended right behind a checkpoint has not come to what follows from it.
    try writeCurves(checkpoint.progress)
    training.restore(checkpoint, best: try bestWeights(of: checkpoint))
  }

  /// The weights of the checkpoint's best epoch: those in their file, or the checkpoint's own,
  /// where they were not written any more.
  private func bestWeights(of checkpoint: TrainingCheckpoint) throws -> NetworkWeights {
    let progress = checkpoint.progress
    guard let best = progress.best else { return checkpoint.weights }
    let path = folder.file(TrainingFiles.best)
    if FileManager.default.fileExists(atPath: path) {
      let file = try BestFile.read(path, configurationChecksum: folder.configurationChecksum)
      if BestFile.epoch(of: file) == best.number { return try file.weights(of: graph) }
    }
    guard best.number == progress.epochs.count, progress.step == 0 else {
      throw TrainingFolderError.bestUnreadable(path: path, epoch: best.number)
    }
    try saveBest(checkpoint.weights, best)
    return checkpoint.weights
  }

  /// Replaces `last.safetensors`, and between two epochs `curves.csv`.
  ///
  /// - Throws: `FileError`, `FolderLockError.lost`.
  package func save(_ checkpoint: TrainingCheckpoint) throws {
    let contents = try CheckpointFile.contents(
      checkpoint, of: graph, metadata, configurationChecksum: folder.configurationChecksum)
    try write(contents.serialized(), to: TrainingFiles.last)
    if checkpoint.progress.step == 0 { try writeCurves(checkpoint.progress) }
  }

  private func writeCurves(_ progress: TrainingProgress) throws {
    try write(Data(LearningCurves.text(progress.epochs).utf8), to: TrainingFiles.curves)
  }

  /// Replaces `best.safetensors` by the weights of that epoch.
  ///
  /// - Throws: `FileError`, `FolderLockError.lost`.
  package func saveBest(
    _ weights: NetworkWeights, _ epoch: TrainingProgress.Epoch
  ) throws {
    let contents = try BestFile.contents(
      weights, epoch: epoch.number, of: graph, metadata,
      configurationChecksum: folder.configurationChecksum)
    try write(contents.serialized(), to: TrainingFiles.best)
  }

  /// Keeps the result: the test images will not be scored again.
  package func finish(_ result: TrainingResult) throws {
    let bytes = try CanonicalJSON.bytes(result, isPretty: true) + [UInt8(ascii: "\n")]
    try write(Data(bytes), to: TrainingFiles.result)
  }

  private func write(_ data: Data, to name: String) throws {
    try lock.check()
    try WholeFile.write(data, to: folder.file(name))
  }

  /// Whether a creation that did not get far enough can have left this.
  private static func isLeftover(_ name: String, in folder: String) -> Bool {
    let path = folder + "/" + name
    return switch name {
    case TrainingFiles.last: CheckpointFile.isFirst(path)
    case TrainingFiles.curves: LearningCurves.isEmpty(path)
    default:
      [TrainingFiles.last, TrainingFiles.curves, TrainingFiles.configuration]
        .contains { name == $0 + WholeFile.partialSuffix }
    }
  }
}
