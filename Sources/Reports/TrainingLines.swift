import Evaluation

/// How a full training tells of itself on standard error.
package enum TrainingLines {
  /// `epoch  3/30  loss 0.4321  accuracy 0.8512  validation 0.8734 (best)  1,912 images/s
  /// 4 min 10 s left`
  package static func epoch(_ status: TrainingStatus) -> String? {
    guard let epoch = status.finished else { return nil }
    var parts = [
      place(epoch.number, of: status.epochs), "loss \(Numbers.fixed(epoch.trainingLoss, 4))",
      "accuracy \(Numbers.accuracy(epoch.trainingAccuracy))",
    ]
    if let accuracy = epoch.validationAccuracy {
      parts.append("validation \(Numbers.accuracy(accuracy))" + (status.isBest ? " (best)" : ""))
    }
    parts.append("\(Numbers.grouped(Int(epoch.imagesPerSecond))) images/s")
    if epoch.number < status.epochs {
      parts.append("\(Numbers.duration(status.secondsLeft)) left")
    }
    return parts.joined(separator: "  ")
  }

  /// `epoch  4/30  [████░░░░░░]  loss 0.4102  accuracy 0.8590  4 min 05 s left`
  package static func step(_ status: TrainingStatus, barWidth: Int = 20) -> String {
    let share = Double(status.step) / Double(max(1, status.stepsPerEpoch))
    let bar = Numbers.bar(share, width: barWidth)
    var parts = [place(status.epoch, of: status.epochs), "[\(bar)]"]
    if status.sums.images > 0 {
      parts.append("loss \(Numbers.fixed(status.sums.meanLoss, 4))")
      parts.append("accuracy \(Numbers.accuracy(status.sums.accuracy))")
    }
    parts.append("\(Numbers.duration(status.secondsLeft)) left")
    return parts.joined(separator: "  ")
  }

  private static func place(_ epoch: Int, of epochs: Int) -> String {
    let number = "\(epoch)"
    let padding = String(repeating: " ", count: max(0, "\(epochs)".count - number.count))
    return "epoch \(padding)\(number)/\(epochs)"
  }
}
