/// A candidate's standing under an objective.
package struct Score: Sendable, Hashable {
  /// Of the validation split, 0 to 1.
  package var accuracy: Double
  /// Milliseconds, multiply-adds or parameters.
  package var cost: Double
  package var reward: Double

  package init(accuracy: Double, cost: Double, reward: Double) {
    self.accuracy = accuracy
    self.cost = cost
    self.reward = reward
  }

  /// More reward or, where the reward is the same, less cost. Where nothing meets a limit yet
  /// every reward is 0, and the cost alone leads a search towards the limit.
  package func outranks(_ other: Score) -> Bool {
    reward != other.reward ? reward > other.reward : cost < other.cost
  }
}
