import Search

/// All that is known of a run: what the replay of its journal gives.
package struct RunState: Sendable {
  package let configuration: RunConfiguration
  /// Candidates, the best one and the front.
  package private(set) var search: SearchState
  /// Evaluations that are asked for, with extensions.
  package private(set) var budget: Int
  /// Who took up the run after its start, in order.
  package private(set) var resumptions: [RunResumption] = []
  /// Seconds since 1970; nil before the first event.
  package private(set) var startTime: Double?
  /// Of the last event.
  package private(set) var lastTime: Double?
  private(set) var hasStarted = false
  /// Resumptions before the evaluation of each candidate.
  private var resumptionsBefore: [Int: Int] = [:]

  /// Before the first event.
  init(configuration: RunConfiguration) {
    self.configuration = configuration
    search = SearchState(objective: Objective(configuration.space.objective))
    budget = configuration.space.strategy.evaluations
  }

  /// The state behind all events of a journal; `path` is named in errors.
  init(configuration: RunConfiguration, journal: JournalContents, path: String) throws {
    self.init(configuration: configuration)
    for (index, entry) in journal.entries.enumerated() {
      do {
        try apply(entry)
      } catch {
        throw RunStoreError.journal(path: path, line: index + 1, error)
      }
    }
  }

  /// The machines that have worked on the run, in order.
  package var hosts: [HostFingerprint] { [configuration.host] + resumptions.map(\.host) }

  /// The machine and the version of mixnas that a candidate was evaluated with; nil for one that
  /// has not been.
  package func evaluator(of ordinal: Int) -> (host: HostFingerprint, version: String)? {
    resumptionsBefore[ordinal].map { count in
      count == 0
        ? (configuration.host, configuration.version)
        : (resumptions[count - 1].host, resumptions[count - 1].version)
    }
  }

  mutating func apply(_ entry: JournalEntry) throws(RunStoreError.LineProblem) {
    if case .started(let start) = entry.event {
      guard !hasStarted else { throw .secondStart }
      hasStarted = true
      budget = start.evaluations
      startTime = entry.time
    } else {
      guard hasStarted else { throw .missingStart }
      try applyLater(entry.event)
    }
    lastTime = entry.time
  }

  private mutating func applyLater(_ event: JournalEvent) throws(RunStoreError.LineProblem) {
    switch event {
    case .started: throw .secondStart
    case .resumed(let resumption): resumptions.append(resumption)
    case .extended(let evaluations): budget = evaluations
    case .proposed(let record):
      try applyToSearch(.proposed(try record.proposal(in: configuration.space)))
    case .evaluated(let record):
      try applyToSearch(.evaluated(try record.evaluation))
      resumptionsBefore[record.ordinal] = resumptions.count
    case .ended(let reason): try applyToSearch(.ended(reason))
    }
  }

  private mutating func applyToSearch(
    _ event: SearchEvent
  ) throws(RunStoreError.LineProblem) {
    do {
      try search.apply(event)
    } catch {
      throw .inconsistent(error)
    }
  }
}
