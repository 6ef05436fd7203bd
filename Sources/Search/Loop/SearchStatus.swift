/// Where a search stands, for whoever watches it.
package struct SearchStatus: Sendable {
  package enum Change: Sendable, Hashable {
    case started(ordinal: Int)
    case evaluated(ordinal: Int)
  }

  /// What has just happened.
  package let change: Change
  package let state: SearchState
  /// Evaluations that were asked for.
  package let budget: Int
  /// Ordinals of the candidates that are being evaluated, ascending.
  package let running: [Int]

  package init(change: Change, state: SearchState, budget: Int, running: [Int]) {
    self.change = change
    self.state = state
    self.budget = budget
    self.running = running
  }
}
