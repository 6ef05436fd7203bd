import TrainingStore
import WeightFiles

extension NamedNetwork {
  /// The network of a training folder, with its best weights.
  ///
  /// - Throws: `TrainingFolderError.noWeights` before the first epoch has ended.
  init(training folder: TrainingFolder) throws {
    self = try Self.untrained(of: folder)
    weights = try folder.bestFile()
  }

  /// The network of a training folder alone.
  static func untrained(of folder: TrainingFolder) throws -> NamedNetwork {
    let stored = folder.configuration.network
    do {
      return NamedNetwork(
        name: stored.name, architecture: try stored.architecture(), input: stored.input,
        classes: stored.classes)
    } catch {
      throw WeightFileError(file: folder.file(TrainingFiles.configuration), reason: error)
    }
  }
}
