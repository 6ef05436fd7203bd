import Kernels

/// Why a training ended before its last step.
package enum TrainingInterruption: Error, Sendable, Hashable {
  case cancelled
  /// The loss or a weight became infinite or not a number; epochs count from 0.
  case diverged(epoch: Int)
  case outOfTime(seconds: Double)
  case outOfMemory(MemoryShortage)

  /// Makes what may find too little memory.
  static func guardingMemory<Value>(
    _ make: () throws(MemoryShortage) -> Value
  ) throws(TrainingInterruption) -> Value {
    do {
      return try make()
    } catch {
      throw .outOfMemory(error)
    }
  }
}

extension TrainingInterruption: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cancelled: "the training was cancelled"
    case .diverged(let epoch):
      "the training diverged in epoch \(epoch + 1): the loss or a weight is no longer a finite "
        + "number; a lower 'training.learning-rate' or a longer 'training.warmup-epochs' may help"
    case .outOfTime(let seconds):
      "the training was given up after \(seconds) seconds; raise 'training.time-limit', "
        + "or train fewer epochs or images"
    case .outOfMemory(let shortage): "\(shortage)"
    }
  }
}
