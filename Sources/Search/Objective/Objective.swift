import Foundation
import SearchSpaces

/// Turns what is known of a candidate into the one number that a search maximizes.
///
///     let objective = Objective(space.objective)
///     let score = objective.score(of: evaluation)  // nil for a failed candidate
package struct Objective: Sendable, Hashable {
  package let settings: ObjectiveSettings

  /// The target must be positive and finite.
  package init(_ settings: ObjectiveSettings) {
    precondition(settings.target > 0 && settings.target.isFinite, "a target must be positive")
    self.settings = settings
  }

  /// Milliseconds, multiply-adds or parameters, as the settings ask; nil where it was not
  /// measured.
  package func cost(of scores: Evaluation.Scores) -> Double? {
    switch settings.cost {
    case .latency: scores.latency?.medianMilliseconds
    case .multiplyAdds: Double(scores.multiplyAdds)
    case .parameters: Double(scores.parameters)
    }
  }

  /// Accuracy against cost: MnasNet's soft and hard forms (Tan et al. 2019, equations 2 and 3),
  /// or accuracy under a limit. A cost of exactly the target is within it.
  package func reward(accuracy: Double, cost: Double) -> Double {
    let isWithin = cost <= settings.target
    switch settings.form {
    case .soft: return accuracy * pow(cost / settings.target, settings.exponent)
    case .hard:
      return isWithin ? accuracy : accuracy * pow(cost / settings.target, settings.exponent)
    case .limit: return isWithin ? accuracy : 0
    }
  }

  /// Nil for a failed candidate, and for one whose accuracy or cost is missing or no number.
  package func score(of evaluation: Evaluation) -> Score? {
    guard case .completed(let scores) = evaluation.outcome, let cost = cost(of: scores),
      cost > 0, cost.isFinite, scores.validationAccuracy.isFinite
    else { return nil }
    let accuracy = scores.validationAccuracy
    return Score(
      accuracy: accuracy, cost: cost, reward: reward(accuracy: accuracy, cost: cost))
  }

  /// The corner against which the hypervolume of a run is taken: no accuracy, twice the target.
  package var referencePoint: ReferencePoint {
    ReferencePoint(accuracy: 0, cost: 2 * settings.target)
  }
}
