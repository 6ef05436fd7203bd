import Files

/// What the files of a training folder are called.
package enum TrainingFiles {
  package static let configuration = "training.json"
  /// The checkpoint to go on from.
  package static let last = "last.safetensors"
  /// The best weights so far.
  package static let best = "best.safetensors"
  package static let curves = "curves.csv"
  package static let result = "result.json"

  /// All that a training can't go on without, or that it writes anew.
  static let all = [configuration, last, best, curves, result, FolderLock.name]
}
