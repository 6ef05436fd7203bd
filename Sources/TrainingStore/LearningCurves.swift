import Evaluation
import Files
import Foundation

/// `curves.csv`: one row per epoch, for spreadsheets and pandas.
enum LearningCurves {
  /// New columns go behind: scripts know the first ones by their place.
  static let columns = [
    "epoch", "steps", "learning_rate", "train_loss", "train_accuracy", "validation_loss",
    "validation_accuracy", "images_per_second", "seconds",
  ]

  static func text(_ epochs: [TrainingProgress.Epoch]) -> String {
    ([columns.joined(separator: ",")] + epochs.map(row)).map { $0 + "\n" }.joined()
  }

  /// Rows of epochs that a file has; none where it can't be read.
  static func epochs(in path: String) -> Int {
    let lines = try? WholeFile.read(path).split(separator: UInt8(ascii: "\n"))
    return max(0, (lines?.count ?? 0) - 1)
  }

  /// Whether a file is that of a training of which no epoch has ended.
  static func isEmpty(_ path: String) -> Bool {
    (try? WholeFile.read(path)) == Data(text([]).utf8)
  }

  private static func row(_ epoch: TrainingProgress.Epoch) -> String {
    let cells: [String] = [
      "\(epoch.number)", "\(epoch.steps)", "\(epoch.learningRate)", "\(epoch.trainingLoss)",
      "\(epoch.trainingAccuracy)", epoch.validationLoss.map { "\($0)" } ?? "",
      epoch.validationAccuracy.map { "\($0)" } ?? "", "\(epoch.imagesPerSecond)",
      "\(epoch.seconds)",
    ]
    return cells.joined(separator: ",")
  }
}
