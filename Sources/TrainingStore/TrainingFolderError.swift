import Foundation
import RunStore

/// What can be wrong with a training folder, or with the disk below it.
package enum TrainingFolderError: Error, Sendable, Hashable {
  /// `code` is the system's `errno`.
  case file(RunStoreError.Operation, path: String, code: Int32)
  case notATraining(folder: String)
  /// A search was asked for.
  case notARun(folder: String)
  case folderNotEmpty(folder: String, holdsTraining: Bool)
  case locked(folder: String, process: Int?)
  /// The lock was removed while this process held it.
  case lockLost(path: String)
  case newerFormat(folder: String, found: Int, supported: Int)
  case configurationUnreadable(path: String, detail: String)
  /// The frozen configuration is not the one that the checkpoint was made with.
  case configurationChanged(path: String)
  case datasetChanged(folder: String, recorded: String, found: String)
  case checkpointUnreadable(path: String, String)
  case bestUnreadable(path: String, epoch: Int)
  /// No epoch has ended.
  case noWeights(folder: String)
  /// The training has finished, but its best weights are gone.
  case weightsLost(path: String)
  /// Weights that a training was to begin with.
  case otherWeights(file: String)
  /// The loss or a weight became infinite or not a number; epochs count from 0.
  case diverged(folder: String, epoch: Int)

  /// The system refused something, rather than a file holding something wrong.
  package var isInputOutput: Bool {
    switch self {
    case .file, .locked, .lockLost: true
    default: false
    }
  }
}

extension TrainingFolderError: CustomStringConvertible {
  /// Where it is wrong, and what to do.
  package var description: String {
    switch self {
    case .file(let operation, let path, let code): return Self.prose(operation, path, code)
    case .notATraining(let folder):
      return """
        \(folder): not a training folder (it has no \(TrainingFiles.configuration)). \
        `mixnas train NETWORK --output \(folder.shellWord)` begins a training.
        """
    case .notARun(let folder):
      return """
        \(folder): a training, not a search. `mixnas train --resume \(folder.shellWord)` goes on with it.
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
    case .locked(let folder, let process):
      let holder = process.map { "process \($0)" } ?? "another process"
      return """
        \(folder): \(holder) is working on this training. Wait until it has ended, or stop it \
        first; \(TrainingFiles.curves) tells meanwhile how far it is.
        """
    case .lockLost(let path):
      return """
        \(path): removed while this process was at work, so another one may be at work now, too. \
        Nothing more was written. See that no other process has the training, then continue with \
        `mixnas train --resume`.
        """
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
    case .noWeights(let folder):
      return """
        \(folder): no epoch of this training has ended, so there are no weights yet. Continue it \
        with `mixnas train --resume \(folder.shellWord)`.
        """
    case .weightsLost(let path):
      return """
        \(path): missing, though the training has finished. Restore the file from a copy, or begin a \
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

  private static func prose(
    _ operation: RunStoreError.Operation, _ path: String, _ code: Int32
  ) -> String {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    // The first checkpoint may be the one that failed.
    let resume =
      "go on with `mixnas train --resume \(folder.shellWord)`, since the last checkpoint is kept, or begin "
      + "again where there is none"
    let remedy =
      switch code {
      case ENOSPC, EDQUOT: "Free some space, then \(resume)."
      case EACCES, EPERM, EROFS: "Choose a folder that you may write to."
      case ENOTDIR, EEXIST: "A part of the path is a file: choose another folder."
      default: "Check the disk, then \(resume)."
      }
    return
      "\(path): \(operation.rawValue) failed: \(String(cString: strerror(code))). \(remedy)"
  }
}
