import Search

/// Keeps events in memory; throws instead of keeping event `failsAt`.
final class MemoryJournal: SearchJournal {
  struct Full: Error {}

  private(set) var events: [SearchEvent] = []
  private let failsAt: Int?

  init(failsAt: Int? = nil) { self.failsAt = failsAt }

  func append(_ event: SearchEvent) throws {
    if events.count == failsAt { throw Full() }
    events.append(event)
  }
}

extension SearchState {
  /// What a replay of the events gives.
  static func replaying(_ events: [SearchEvent], objective: Objective) throws -> SearchState {
    var state = SearchState(objective: objective)
    for event in events { try state.apply(event) }
    return state
  }
}
