import Search

/// An evaluation as the journal spells it, for ever.
///
/// All that a repetition on the same instruction set reproduces stands beside `measured`, all
/// that it does not stands in it.
struct EvaluationRecord: Sendable, Hashable, Codable {
  enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case completed, diverged
    case outOfTime = "out-of-time"
    case notBuildable = "not-buildable"
  }

  struct Measured: Sendable, Hashable, Codable {
    var seconds: Double
    var imagesPerSecond: Double
    var latency: LatencyMeasurement?
    /// What a candidate that ran out of time was given, or took.
    var outOfTimeSeconds: Double?
  }

  var ordinal: Int
  var status: Status
  var validationAccuracy: Double?
  var validationLoss: Double?
  var trainingLoss: Double?
  var multiplyAdds: Int?
  var parameters: Int?
  /// In which the training diverged.
  var epoch: Int?
  /// Why the network can't be built.
  var reason: String?
  /// Absent in a copy that holds only what a repetition reproduces.
  var measured: Measured?

  init(_ evaluation: Evaluation) {
    ordinal = evaluation.ordinal
    var measured = Measured(
      seconds: evaluation.timing.seconds, imagesPerSecond: evaluation.timing.imagesPerSecond)
    switch evaluation.outcome {
    case .completed(let scores):
      status = .completed
      validationAccuracy = scores.validationAccuracy
      validationLoss = scores.validationLoss
      trainingLoss = scores.trainingLoss
      multiplyAdds = scores.multiplyAdds
      parameters = scores.parameters
      measured.latency = scores.latency
    case .failed(.diverged(let epoch)):
      status = .diverged
      self.epoch = epoch
    case .failed(.outOfTime(let seconds)):
      status = .outOfTime
      measured.outOfTimeSeconds = seconds
    case .failed(.notBuildable(let reason)):
      status = .notBuildable
      self.reason = reason
    }
    self.measured = measured
  }

  /// Throws where a field is missing that the status asks for.
  var evaluation: Evaluation {
    get throws(RunStoreError.LineProblem) {
      let measured = try required(measured)
      return Evaluation(
        ordinal: ordinal, outcome: try outcome(measured),
        timing: Evaluation.Timing(
          seconds: measured.seconds, imagesPerSecond: measured.imagesPerSecond))
    }
  }

  private func outcome(
    _ measured: Measured
  ) throws(RunStoreError.LineProblem) -> Evaluation.Outcome {
    switch status {
    case .completed:
      .completed(
        Evaluation.Scores(
          validationAccuracy: try required(validationAccuracy),
          validationLoss: try required(validationLoss),
          trainingLoss: try required(trainingLoss), latency: measured.latency,
          multiplyAdds: try required(multiplyAdds), parameters: try required(parameters)))
    case .diverged: .failed(.diverged(epoch: try required(epoch)))
    case .outOfTime: .failed(.outOfTime(seconds: try required(measured.outOfTimeSeconds)))
    case .notBuildable: .failed(.notBuildable(reason: try required(reason)))
    }
  }

  private func required<Value>(
    _ value: Value?
  ) throws(RunStoreError.LineProblem) -> Value {
    guard let value else {
      throw .invalidEvent("an evaluation as \(status.rawValue) lacks a field")
    }
    return value
  }
}
