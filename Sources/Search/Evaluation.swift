import Architectures
import SearchSpaces

/// All that an evaluation depends on. It can be sent anywhere: the same task on the same
/// instruction set gives the same `Evaluation` but for measured times.
package struct EvaluationTask: Sendable, Hashable, Codable {
  /// Place of the candidate in the order of proposals, from 0.
  package var ordinal: Int
  package var genome: Genome
  /// Of the candidate's own random streams (initial weights, order of images, augmentation).
  package var seed: UInt64

  package init(ordinal: Int, genome: Genome, seed: UInt64) {
    self.ordinal = ordinal
    self.genome = genome
    self.seed = seed
  }
}

/// What is known of a candidate after its evaluation.
package struct Evaluation: Sendable, Hashable, Codable {
  package enum Outcome: Sendable, Hashable, Codable {
    case completed(Scores)
    case failed(Failure)
  }

  /// Why a candidate has no score. It counts as evaluated all the same.
  package enum Failure: Sendable, Hashable, Codable {
    /// The loss or a weight became infinite or not a number.
    case diverged(epoch: Int)
    case outOfTime(seconds: Double)
    case notBuildable(reason: String)

    /// In a few words.
    package var summary: String {
      switch self {
      case .diverged(let epoch): "diverged in epoch \(epoch + 1)"
      case .outOfTime(let seconds): "out of time after \((seconds * 10).rounded() / 10) s"
      case .notBuildable(let reason): "not buildable: \(reason)"
      }
    }
  }

  package struct Scores: Sendable, Hashable, Codable {
    /// 0 to 1, on the validation split.
    package var validationAccuracy: Double
    package var validationLoss: Double
    package var trainingLoss: Double
    /// Of the deployment network, in milliseconds; nil where the cost is not latency.
    package var latency: LatencyMeasurement?
    /// Of the deployment network.
    package var multiplyAdds: Int
    package var parameters: Int

    package init(
      validationAccuracy: Double, validationLoss: Double, trainingLoss: Double,
      latency: LatencyMeasurement?, multiplyAdds: Int, parameters: Int
    ) {
      self.validationAccuracy = validationAccuracy
      self.validationLoss = validationLoss
      self.trainingLoss = trainingLoss
      self.latency = latency
      self.multiplyAdds = multiplyAdds
      self.parameters = parameters
    }
  }

  /// Not part of what a repetition reproduces.
  package struct Timing: Sendable, Hashable, Codable {
    package var seconds: Double
    package var imagesPerSecond: Double

    package init(seconds: Double, imagesPerSecond: Double) {
      self.seconds = seconds
      self.imagesPerSecond = imagesPerSecond
    }
  }

  package var ordinal: Int
  package var outcome: Outcome
  package var timing: Timing

  package init(ordinal: Int, outcome: Outcome, timing: Timing) {
    self.ordinal = ordinal
    self.outcome = outcome
    self.timing = timing
  }
}

/// Time of one inference, from repeated runs.
package struct LatencyMeasurement: Sendable, Hashable, Codable {
  package var medianMilliseconds: Double
  /// 95 % interval of the median.
  package var lowMilliseconds: Double
  package var highMilliseconds: Double
  package var samples: Int
  package var threads: Int

  package init(
    medianMilliseconds: Double, lowMilliseconds: Double, highMilliseconds: Double, samples: Int,
    threads: Int
  ) {
    self.medianMilliseconds = medianMilliseconds
    self.lowMilliseconds = lowMilliseconds
    self.highMilliseconds = highMilliseconds
    self.samples = samples
    self.threads = threads
  }
}

/// Scores candidates. The real one trains and measures; tests use tables of made-up scores.
package protocol Evaluator: Sendable {
  /// Called from several threads at once. Stops early and returns nil once `isCancelled` is
  /// true; a candidate that can't be scored is an `Evaluation` with a `Failure`.
  ///
  /// - Throws: `EvaluationShortage` where that may be due to the candidates beside it.
  func evaluate(
    _ task: EvaluationTask, isCancelled: @Sendable () -> Bool
  ) throws(EvaluationShortage) -> Evaluation?
}

/// A candidate got too little of what candidates share, such as memory. It is evaluated again with
/// nothing beside it, so that the number of workers doesn't decide what becomes of it.
package struct EvaluationShortage: Error, Sendable, Hashable {
  /// What a candidate fails for that gets too little also then.
  package var reason: String
  /// That the evaluation took.
  package var seconds: Double

  package init(reason: String, seconds: Double) {
    self.reason = reason
    self.seconds = seconds
  }
}
