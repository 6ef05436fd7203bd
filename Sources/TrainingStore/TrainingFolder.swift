import Files
import Foundation
import RunStore

/// A folder that holds a full training, to be read. Nothing is locked and nothing is changed, so
/// it may be read while another process trains.
package struct TrainingFolder: Sendable {
  package let path: String
  package let configuration: TrainingConfiguration
  /// Of the bytes of `training.json`.
  let configurationChecksum: String

  /// Whether the folder has a `training.json`, readable or not.
  package static func isTraining(path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + TrainingFiles.configuration)
  }

  /// Whether a path is one of a training's own files.
  package static func isOwnFile(_ path: String) -> Bool {
    let (folder, name) = WholeFile.place(of: path)
    return TrainingFiles.all.contains(name) && isTraining(path: folder)
  }

  /// Reads the frozen configuration. Throws `TrainingFolderError`, `FileError`.
  package static func open(_ path: String) throws -> TrainingFolder {
    let file = path + "/" + TrainingFiles.configuration
    guard let bytes = try WholeFile.readIfPresent(file) else {
      if RunFolder.isRun(path: path) { throw TrainingFolderError.isARun(folder: path) }
      throw FileManager.default.fileExists(atPath: path)
        ? TrainingFolderError.notATraining(folder: path) : TrainingFolderError.noFolder(path)
    }
    struct Format: Decodable { let format: Int }
    do {
      // The rest of a later format may not be readable at all.
      let format: Format = try CanonicalJSON.value(from: bytes)
      guard format.format <= TrainingConfiguration.currentFormat else {
        throw TrainingFolderError.newerFormat(
          folder: path, found: format.format, supported: TrainingConfiguration.currentFormat)
      }
      let configuration: TrainingConfiguration = try CanonicalJSON.value(from: bytes)
      if let key = configuration.settings.impossibleSetting {
        throw TrainingFolderError.configurationUnreadable(
          path: file, detail: "settings.\(key) has a value that can't be")
      }
      return TrainingFolder(
        path: path, configuration: configuration, configurationChecksum: Checksum.text(of: bytes))
    } catch let error as DecodingError {
      throw TrainingFolderError.configurationUnreadable(path: file, detail: error.fact)
    }
  }

  /// The path of a file in the folder, named as in `TrainingFiles`.
  package func file(_ name: String) -> String { path + "/" + name }

  /// Nil for a training that has not finished. Throws `TrainingFolderError`, `FileError`.
  package func result() throws -> TrainingResult? {
    let file = file(TrainingFiles.result)
    guard let bytes = try WholeFile.readIfPresent(file) else { return nil }
    do {
      return try CanonicalJSON.value(from: bytes)
    } catch let error as DecodingError {
      throw TrainingFolderError.configurationUnreadable(path: file, detail: error.fact)
    }
  }

  /// Epochs that have ended.
  package var epochs: Int { LearningCurves.epochs(in: file(TrainingFiles.curves)) }

  /// The weight file to deploy: the best weights. Throws `noWeights` before the end of the first
  /// epoch and `weightsLost` behind it, `bestOfAnother`, or what reading the file throws.
  package func bestFile() throws -> URL {
    let file = file(TrainingFiles.best)
    guard FileManager.default.fileExists(atPath: file) else {
      throw epochs > 0
        ? TrainingFolderError.weightsLost(path: file) : TrainingFolderError.noWeights(folder: path)
    }
    _ = try BestFile.read(file, configurationChecksum: configurationChecksum)
    return URL(fileURLWithPath: file)
  }

  /// Throws `configurationChanged` where the last checkpoint was made with another configuration,
  /// of which nothing may then be made; or what reading the checkpoint throws.
  package func checkConfiguration() throws {
    try CheckpointFile.check(
      path: file(TrainingFiles.last), configurationChecksum: configurationChecksum)
  }

  /// Throws `datasetChanged` where the images are not those that the training began with.
  package func check(datasetFingerprint: String) throws(TrainingFolderError) {
    guard datasetFingerprint == configuration.datasetFingerprint else {
      throw .datasetChanged(
        folder: path, recorded: configuration.datasetFingerprint, found: datasetFingerprint)
    }
  }
}
