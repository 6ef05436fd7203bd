import Files

/// What can be wrong with what a training folder holds.
package enum TrainingFolderError: Error, Sendable, Hashable {
  case noFolder(String)
  case notATraining(folder: String)
  /// A training was asked for.
  case isARun(folder: String)
  /// A search was asked for.
  case notARun(folder: String)
  case folderNotEmpty(folder: String, holdsTraining: Bool)
  case newerFormat(folder: String, found: Int, supported: Int)
  case configurationUnreadable(path: String, detail: String)
  /// Another process has ended the training since the folder was opened.
  case finished(folder: String)
  /// The frozen configuration is not the one that the checkpoint was made with.
  case configurationChanged(path: String)
  case datasetChanged(folder: String, recorded: String, found: String)
  case checkpointUnreadable(path: String, String)
  case bestUnreadable(path: String, epoch: Int)
  /// The best weights are not those of the frozen configuration.
  case bestOfAnother(path: String)
  /// No epoch has ended.
  case noWeights(folder: String)
  /// Epochs have ended, but the best weights are gone.
  case weightsLost(path: String)
  /// Weights that a training was to begin with.
  case otherWeights(file: String)
  /// The loss or a weight became infinite or not a number; epochs count from 0.
  case diverged(folder: String, epoch: Int)
}

extension TrainingFolderError: CustomStringConvertible {
  /// Where it is wrong, and what to do.
  package var description: String {
    switch self {
    case .noFolder(let path):
      return "\(path): there is no such folder. `mixnas list` shows the trainings under results/."
    case .isARun(let folder):
      return """
        \(folder): a search, not a training. `mixnas resume \(folder.shellWord)` goes on with it; \
        `mixnas train \(folder.shellWord)` trains its winner.
        """
    case .notATraining(let folder):
      return """
        \(folder): not a training folder (it has no \(TrainingFiles.configuration)). \
        `mixnas train NETWORK` begins a training.
        """
    case .notARun(let folder):
      return """
        \(folder): a training, not a search. `mixnas train --resume \(folder.shellWord)` goes on with it, \
        or shows its result; `mixnas describe \(folder.shellWord)` shows its network.
        """
    case .otherWeights(let file):
      return """
        \(file): its weights don't fit images of this size. Leave out --resolution, or begin with \
        fresh weights from the genome: `mixnas export FILE --format genome`.
        """
    case .folderNotEmpty(let folder, holdsTraining: true):
      return """
        \(folder): there is a training already. Continue it with `mixnas train --resume \
        \(folder.shellWord)`, or choose another folder with --output.
        """
    case .folderNotEmpty(let folder, holdsTraining: false):
      return "\(folder): the folder isn't empty. Choose another one with --output."
    case .finished(let folder):
      return "\(folder): the training has finished; there is nothing left to go on with."
    case .newerFormat(let folder, let found, let supported):
      return """
        \(folder): the training was begun by a later version of mixnas (format \(found), this one \
        reads up to \(supported)). Use that version.
        """
    case .configurationUnreadable(let path, let detail):
      return "\(path): \(detail). Restore the file from a copy, or begin a new training."
    case .configurationChanged(let path):
      return """
        \(path): changed since the training began, so its weights and new ones would not fit \
        together. Undo the change, or begin a new training.
        """
    case .datasetChanged(let folder, let recorded, let found):
      return """
        \(folder): the images are not those that the training began with (fingerprint \(found), \
        recorded \(recorded)). Give the original data with --data-directory, or begin a new \
        training.
        """
    case .checkpointUnreadable(let path, let problem):
      return """
        \(path): no checkpoint of this training: \(problem). Restore the file from a copy, or \
        begin a new training.
        """
    case .bestUnreadable(let path, let epoch):
      return """
        \(path): the best weights, those of epoch \(epoch), are missing. Restore the file from a \
        copy, or begin a new training.
        """
    case .bestOfAnother(let path):
      return """
        \(path): not the weights of the training that \(TrainingFiles.configuration) beside it \
        describes: one of the two files was changed or replaced. Restore it from a copy.
        """
    case .noWeights(let folder):
      return """
        \(folder): no epoch of this training has ended, so there are no weights yet. Continue it \
        with `mixnas train --resume \(folder.shellWord)`.
        """
    case .weightsLost(let path):
      return """
        \(path): missing, though epochs of the training have ended. Restore the file from a copy, or begin a \
        new training.
        """
    case .diverged(let folder, let epoch):
      return """
        the training diverged in epoch \(epoch + 1): the loss or a weight is no longer a finite \
        number. The last checkpoint is kept in \(folder), but would take the same course again: \
        begin a new training with a lower --learning-rate or longer --warmup-epochs.
        """
    }
  }
}
