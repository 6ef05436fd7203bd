import Foundation
import Randomness
import Search
import SearchSpaces
import Testing
import Threads

@Suite(.timeLimit(.minutes(5))) struct SearchLoopTests {
  private let space = SyntheticSpace.wide(lookahead: 4)

  private func loop(
    _ evaluations: Int, workers: Int = 2, stop: StopRequest = StopRequest(),
    evaluator: any Evaluator = SyntheticEvaluator()
  ) -> SearchLoop {
    SearchLoop(
      space: space, seed: 8, evaluations: evaluations, workers: workers, evaluator: evaluator,
      stop: stop)
  }

  private var empty: SearchState { SearchState(objective: Objective(space.objective)) }

  @Test func workersAreCappedByTheLookahead() {
    #expect(loop(1, workers: 3).workers == 3)
    #expect(loop(1, workers: 40).workers == 4)
  }

  /// Candidate i is proposed only after all up to i - lookahead are evaluated, and sees no more.
  @Test func proposalsLagByTheLookahead() throws {
    let journal = MemoryJournal()
    var state = empty
    let evaluator = ReorderingEvaluator(workers: 4, lookahead: 4, seed: 1)
    _ = try loop(30, workers: 4, evaluator: evaluator).run(
      from: &state, journal: journal, report: evaluator.update)
    var evaluated: Set<Int> = []
    for event in journal.events {
      switch event {
      case .proposed(let proposal):
        #expect((0..<max(0, proposal.ordinal - 3)).allSatisfy(evaluated.contains))
      case .evaluated(let evaluation): evaluated.insert(evaluation.ordinal)
      case .ended(let end): #expect(end == .finished)
      }
    }
    #expect(evaluated.count == 30)
  }

  @Test func everyPrefixOfTheEventsContinuesToTheSameEnd() throws {
    let journal = MemoryJournal()
    var whole = empty
    let evaluator = ReorderingEvaluator(workers: 4, lookahead: 4, seed: 2)
    _ = try loop(12, workers: 4, evaluator: evaluator).run(
      from: &whole, journal: journal, report: evaluator.update)
    for length in 0...journal.events.count {
      var state = try SearchState.replaying(
        Array(journal.events.prefix(length)), objective: whole.objective)
      let end = try loop(
        12, evaluator: SyntheticEvaluator(score: SyntheticScores.evaluationWithFailures)
      ).run(from: &state, journal: MemoryJournal())
      #expect(end == .finished)
      #expect(state.candidates == whole.candidates)
    }
  }

  @Test func anExtendedSearchEqualsALongOne() throws {
    var long = empty
    var extended = empty
    _ = try loop(40).run(from: &long, journal: MemoryJournal())
    _ = try loop(15).run(from: &extended, journal: MemoryJournal())
    #expect(extended.end == .finished)
    _ = try loop(40).run(from: &extended, journal: MemoryJournal())
    #expect(extended.candidates == long.candidates)
    // Nothing is left to do, and nothing is written.
    let journal = MemoryJournal()
    #expect(try loop(40).run(from: &extended, journal: journal) == .finished)
    #expect(journal.events.isEmpty)
  }

  /// Those in flight are told to stop; the next call evaluates them first.
  @Test func stopCancelsAndContinues() throws {
    let stop = StopRequest()
    let journal = MemoryJournal()
    var state = empty
    let end = try loop(20, workers: 4, stop: stop, evaluator: EndlessAfter(ordinal: 6)).run(
      from: &state, journal: journal
    ) { status in
      if status.running.count == 4, status.running.allSatisfy({ $0 >= 6 }) { stop.request() }
    }
    #expect(end == .interrupted)
    #expect(journal.events.last == .ended(.interrupted))
    #expect(state.evaluatedCount == 6)
    #expect(state.pending.map(\.ordinal) == [6, 7, 8, 9])
    let pending = state.pending

    let rest = MemoryJournal()
    var started: [Int] = []
    #expect(
      try loop(20, workers: 2).run(from: &state, journal: rest) { status in
        if case .started(let ordinal) = status.change { started.append(ordinal) }
      } == .finished)
    #expect(started == Array(6..<20))
    #expect(state.candidates[6..<10].map(\.proposal) == pending)
    var whole = empty
    _ = try loop(20).run(from: &whole, journal: MemoryJournal())
    #expect(state.candidates == whole.candidates)
  }

  /// Five proposals and two evaluations fit before all workers are endlessly busy.
  @Test(arguments: 0..<7) func journalErrorStopsTheSearch(event: Int) throws {
    let journal = MemoryJournal(failsAt: event)
    var state = empty
    #expect(throws: MemoryJournal.Full.self) {
      try loop(20, workers: 3, evaluator: EndlessAfter(ordinal: 2)).run(
        from: &state, journal: journal)
    }
    #expect(journal.events.count == event)
    // The state holds what the journal holds, no more and no less.
    let replayed = try SearchState.replaying(journal.events, objective: state.objective)
    #expect(state.candidates == replayed.candidates)
  }

  @Test func reportsWhatRuns() throws {
    var state = empty
    var evaluated: [Int] = []
    _ = try loop(10, workers: 2).run(from: &state, journal: MemoryJournal()) { status in
      #expect(status.budget == 10)
      #expect(status.running.count <= 2)
      switch status.change {
      case .started(let ordinal):
        #expect(status.running.contains(ordinal))
        #expect(status.state.candidates[ordinal].evaluation == nil)
      case .evaluated(let ordinal):
        #expect(!status.running.contains(ordinal))
        #expect(status.state.candidates[ordinal].evaluation != nil)
        evaluated.append(status.state.evaluatedCount)
      }
    }
    #expect(evaluated == Array(1...10))
  }

  /// Whether a candidate had others beside it must not show.
  @Test(arguments: [1, 4]) func whatGetsTooLittleBesideOthersIsEvaluatedAlone(
    workers: Int
  ) throws {
    let journal = MemoryJournal()
    var state = empty
    let evaluator = Crowded(hasOthers: workers > 1)
    let end = try loop(20, workers: workers, evaluator: evaluator).run(
      from: &state, journal: journal
    ) { #expect($0.running.count <= workers) }
    #expect(end == .finished)
    let failed = state.candidates.filter { $0.failure == .notBuildable(reason: "too much") }
    #expect(failed.map(\.ordinal) == [3, 8, 13, 18])
    #expect(state.evaluatedCount == 20)
    #expect(state.candidates[3].evaluation?.timing.seconds == 1)
    for ordinal in 0..<20 {
      let isTwice = workers > 1 && (ordinal % 2 == 0 || ordinal % 5 == 3)
      #expect(evaluator.calls[ordinal] == (isTwice ? 2 : 1))
    }
    #expect(evaluator.mostInsideAgain == (workers > 1 ? 1 : 0))
  }

  @Test func aStopWhileOneWaitsToBeAloneLosesNothing() throws {
    var state = empty
    let stop = StopRequest()
    let end = try loop(8, workers: 4, stop: stop, evaluator: Crowded(hasOthers: true)).run(
      from: &state, journal: MemoryJournal()
    ) { if case .evaluated = $0.change { stop.request() } }
    #expect(end == .interrupted)
    let resumed = try loop(8, workers: 1, evaluator: Crowded(hasOthers: false)).run(
      from: &state, journal: MemoryJournal())
    #expect(resumed == .finished)
    #expect(state.candidates.filter { $0.failure != nil }.map(\.ordinal) == [3])
  }

  @Test func anEvaluatorThatGivesNothingIsAnError() throws {
    struct Nothing: Evaluator {
      func evaluate(_ task: EvaluationTask, isCancelled: @Sendable () -> Bool) -> Evaluation? {
        nil
      }
    }
    var state = empty
    #expect(throws: SearchLoop.Failure.nothingEvaluated(ordinal: 0)) {
      try loop(3, workers: 1, evaluator: Nothing()).run(from: &state, journal: MemoryJournal())
    }
  }
}

/// Every second candidate gets too little unless it is alone, every fifth in any case.
private final class Crowded: Evaluator {
  private struct State {
    var inside = 0
    var calls: [Int: Int] = [:]
    var mostInsideAgain = 0
  }

  private let state = Monitor(State())
  private let hasOthers: Bool

  /// - Parameter hasOthers: whether there are several workers.
  init(hasOthers: Bool) { self.hasOthers = hasOthers }

  /// Of each candidate.
  var calls: [Int: Int] { state.read { $0.calls } }
  /// Candidates at the same time, while one was evaluated again.
  var mostInsideAgain: Int { state.read { $0.mostInsideAgain } }

  func evaluate(
    _ task: EvaluationTask, isCancelled: @Sendable () -> Bool
  ) throws(EvaluationShortage) -> Evaluation? {
    let call = state.update { state in
      state.inside += 1
      let call = state.calls[task.ordinal, default: 0] + 1
      state.calls[task.ordinal] = call
      if call > 1 { state.mostInsideAgain = max(state.mostInsideAgain, state.inside) }
      return call
    }
    defer { state.update { $0.inside -= 1 } }
    let isShort = hasOthers && call == 1 && task.ordinal % 2 == 0
    if isShort || task.ordinal % 5 == 3 {
      throw EvaluationShortage(reason: "too much", seconds: 1)
    }
    return SyntheticScores.evaluation(of: task)
  }
}

/// Scores the first candidates at once; later ones run until they are canceled.
private struct EndlessAfter: Evaluator {
  let ordinal: Int

  func evaluate(_ task: EvaluationTask, isCancelled: @Sendable () -> Bool) -> Evaluation? {
    if task.ordinal < ordinal { return SyntheticScores.evaluation(of: task) }
    while !isCancelled() { sched_yield() }
    return nil
  }
}
