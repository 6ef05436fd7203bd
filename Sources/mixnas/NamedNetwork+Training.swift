import Architectures
import Datasets
import Evaluation
import Files
import SearchSpaces
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

  /// The network as a training with these settings builds it.
  func trainingGraph(
    _ settings: TrainingSettings
  ) throws -> (graph: NetworkGraph, normalization: BatchNormalization) {
    var normalization = architecture.normalization
    normalization.momentum = settings.batchNormMomentum
    return (try graph(normalization: normalization), normalization)
  }
}

extension NetworkMetadata.Normalization {
  /// What was done to the training images, and the batch norm of the network.
  init(_ images: Normalization, batch: BatchNormalization) {
    self.init(mean: images.mean, deviation: images.deviation, batch: batch)
  }
}

extension TrainingFolder {
  /// What a user should know of weights that are not the training's last word; nil once it has
  /// finished.
  var unfinishedNote: String? {
    if (try? result()) != nil { return nil }
    return
      "\(path): the training is not finished, these are its best weights after \(epochs) of "
      + "\(configuration.settings.training.epochs) epochs; 'mixnas train --resume "
      + "\(path.shellWord)' goes on with it"
  }
}
