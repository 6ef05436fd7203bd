/// What changes the state of a search. The state is what the events give, in their order.
package enum SearchEvent: Sendable, Hashable {
  case proposed(Proposal)
  case evaluated(Evaluation)
  case ended(SearchEnd)
}

/// Why a search stopped.
package enum SearchEnd: String, Sendable, Hashable, Codable, CaseIterable {
  /// All evaluations that were asked for are done.
  case finished
  /// Every network of the space has been evaluated.
  case exhausted
  /// Somebody asked for it; candidates may be in flight.
  case interrupted
}

/// Keeps the events of a search.
package protocol SearchJournal {
  /// Returns when the event will survive a crash of the machine. An error stops the search.
  func append(_ event: SearchEvent) throws
}
