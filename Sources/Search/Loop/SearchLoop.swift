import Randomness
import SearchSpaces

/// Proposes, evaluates and records candidates until a number of them is evaluated.
///
///     let search = SearchLoop(
///       space: space, seed: 7, evaluations: 60, workers: 4, evaluator: evaluator, stop: stop)
///     let end = try search.run(from: &state, journal: journal) { status in … }
///
/// Candidate *i* is proposed from the evaluations of candidates up to *i - lookahead*, whatever
/// finished first. So the number of workers changes nothing but time, and no more than
/// `lookahead` of them can be busy.
///
/// The calling thread proposes, writes the journal and reports; only evaluations run elsewhere.
package struct SearchLoop: Sendable {
  package enum Failure: Error, Sendable, Hashable {
    /// The evaluator returned nothing though nobody had asked it to stop.
    case nothingEvaluated(ordinal: Int)
  }

  package let space: SearchSpace
  package let strategy: any Strategy
  /// Of the run; proposals and candidates draw from substreams of it.
  package let seed: UInt64
  /// Evaluations to reach, those of earlier sessions and failures included.
  package let budget: Int
  /// Evaluations at the same time.
  package let workers: Int
  package let evaluator: any Evaluator
  package let stop: StopRequest

  /// `workers` beyond the lookahead of the space's strategy would never be busy and are left
  /// out; `workers` of the loop says how many there are.
  package init(
    space: SearchSpace, strategy: (any Strategy)? = nil, seed: UInt64, evaluations budget: Int,
    workers: Int, evaluator: any Evaluator, stop: StopRequest
  ) {
    precondition(workers > 0, "a search needs a worker")
    precondition(space.strategy.lookahead > 0, "the lookahead must be positive")
    self.space = space
    self.strategy = strategy ?? space.strategy.strategy
    self.seed = seed
    self.budget = budget
    self.workers = min(workers, space.strategy.lookahead)
    self.evaluator = evaluator
    self.stop = stop
  }

  /// Runs until the budget is spent, the space is exhausted, or a stop is asked for.
  ///
  /// Candidates of the state that were proposed but not evaluated come first, with the same
  /// seeds. Every event is in the journal before the state and `report` see it. When the stop is
  /// requested, evaluations in flight are canceled; they are done again by the next call.
  ///
  /// Throws `SystemThreadError` before anything is done, or what the journal throws, once no
  /// evaluation runs any more; the state has all events that the journal took without an error.
  package func run(
    from state: inout SearchState, journal: some SearchJournal,
    report: (SearchStatus) -> Void = { _ in }
  ) throws -> SearchEnd {
    let (stop, abort) = (stop, StopRequest())
    let pool = try EvaluationWorkers(count: workers, evaluator: evaluator) {
      stop.isRequested || abort.isRequested
    }
    var session = SearchSession(loop: self, pool: pool, state: state)
    defer {
      abort.request()
      pool.finish()
      state = session.state
    }
    return try session.run(journal: journal, report: report)
  }
}

extension SearchLoop.Failure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .nothingEvaluated(let ordinal):
      "candidate #\(ordinal) was given up though nobody had asked for it; this is a bug of mixnas"
    }
  }
}
