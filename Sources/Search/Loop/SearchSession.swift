import Randomness

/// One call of `SearchLoop.run`: what is in flight, and what comes next.
struct SearchSession {
  let loop: SearchLoop
  let pool: EvaluationWorkers
  private(set) var state: SearchState
  /// Proposals of an earlier session that are still to be evaluated, last one first.
  private var leftOver: [Proposal]
  private var running: Set<Int> = []
  /// Those that got too little beside others: each is evaluated alone, before anything new is.
  private var short: [Proposal] = []
  /// The one that is evaluated alone.
  private var alone: Proposal?
  private var isExhausted = false

  init(loop: SearchLoop, pool: EvaluationWorkers, state: SearchState) {
    self.loop = loop
    self.pool = pool
    self.state = state
    leftOver = state.pending.reversed()
  }

  mutating func run(
    journal: some SearchJournal, report: (SearchStatus) -> Void
  ) throws -> SearchEnd {
    while true {
      while running.count < loop.workers, let proposal = try next(journal: journal) {
        running.insert(proposal.ordinal)
        pool.start(proposal.task)
        report(status(.started(ordinal: proposal.ordinal)))
      }
      guard !running.isEmpty, let (ordinal, result) = pool.nextToEnd() else { break }
      running.remove(ordinal)
      let wasAlone = alone != nil || loop.workers == 1
      alone = nil
      switch result {
      case .success(let evaluation?):
        precondition(evaluation.ordinal == ordinal, "an evaluation of another candidate")
        try record(evaluation, in: journal, report)
      case .success(nil):
        guard loop.stop.isRequested else {
          throw SearchLoop.Failure.nothingEvaluated(ordinal: ordinal)
        }
      case .failure(let shortage):
        guard wasAlone else {
          short.append(state.candidates[ordinal].proposal)
          continue
        }
        let evaluation = Evaluation(
          ordinal: ordinal, outcome: .failed(.notBuildable(reason: shortage.reason)),
          timing: Evaluation.Timing(seconds: shortage.seconds, imagesPerSecond: 0))
        try record(evaluation, in: journal, report)
      }
    }
    let end = reasonToEnd
    if state.end != end { try record(.ended(end), in: journal) }
    return end
  }

  /// What to evaluate next; nil where nothing can be before another evaluation has ended.
  private mutating func next(journal: some SearchJournal) throws -> Proposal? {
    guard !loop.stop.isRequested, alone == nil else { return nil }
    if !short.isEmpty {
      if running.isEmpty { alone = short.removeFirst() }
      return alone
    }
    if let proposal = leftOver.popLast() { return proposal }
    let ordinal = state.candidates.count
    guard ordinal < loop.budget, !isExhausted else { return nil }
    let visible = max(0, ordinal - loop.space.strategy.lookahead + 1)
    guard state.evaluatedPrefix >= visible else { return nil }
    // Of the run's seed and the ordinal alone: a replay needs no state of a generator.
    var stream = RandomStream(seed: loop.seed).substream("proposal", ordinal)
    let suggestion = loop.strategy.suggest(
      ordinal: ordinal, history: state.candidates[..<visible], space: loop.space,
      isSeen: state.hasSeen, using: &stream)
    guard let suggestion else {
      isExhausted = true
      return nil
    }
    let proposal = Proposal(
      suggestion, ordinal: ordinal, space: loop.space, runSeed: loop.seed)
    try record(.proposed(proposal), in: journal)
    return proposal
  }

  private mutating func record(
    _ evaluation: Evaluation, in journal: some SearchJournal, _ report: (SearchStatus) -> Void
  ) throws {
    try record(.evaluated(evaluation), in: journal)
    report(status(.evaluated(ordinal: evaluation.ordinal)))
  }

  private mutating func record(_ event: SearchEvent, in journal: some SearchJournal) throws {
    try journal.append(event)
    try state.apply(event)
  }

  private var reasonToEnd: SearchEnd {
    let isComplete = state.evaluatedPrefix == state.candidates.count
    if isComplete, state.evaluatedCount >= loop.budget { return .finished }
    if isComplete, isExhausted { return .exhausted }
    return .interrupted
  }

  private func status(_ change: SearchStatus.Change) -> SearchStatus {
    SearchStatus(
      change: change, state: state, budget: loop.budget, running: running.sorted())
  }
}
