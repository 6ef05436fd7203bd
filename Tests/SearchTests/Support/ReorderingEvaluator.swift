import Foundation
import Randomness
import Search

/// Lets evaluations end in another order than they began, always the same one: once the search
/// can start no more and all that run have come here, one of them, picked at random or the
/// youngest, is let go.
///
/// The search must pass every status on to `update`.
final class ReorderingEvaluator: Evaluator, @unchecked Sendable {
  private let workers: Int
  private let lookahead: Int
  private let picksYoungest: Bool
  private let condition = NSCondition()
  private var stream: RandomStream
  private var waiting: [Int] = []
  private var released: Set<Int> = []
  private var running: Set<Int> = []
  private var isFull = false

  /// `workers` and `lookahead` of the search.
  init(workers: Int, lookahead: Int, seed: UInt64, picksYoungest: Bool = false) {
    self.workers = min(workers, lookahead)
    self.lookahead = lookahead
    stream = RandomStream(seed: seed)
    self.picksYoungest = picksYoungest
  }

  func update(_ status: SearchStatus) {
    condition.withLock {
      running = Set(status.running)
      let next = status.state.candidates.count
      isFull =
        running.count == workers || next == status.budget
        || status.state.evaluatedPrefix < next - lookahead + 1
      releaseOne()
    }
  }

  func evaluate(
    _ task: EvaluationTask, isCancelled: @Sendable () -> Bool
  ) -> Evaluation? {
    condition.withLock {
      waiting.append(task.ordinal)
      releaseOne()
      while !released.contains(task.ordinal) { condition.wait() }
    }
    return SyntheticScores.evaluationWithFailures(of: task)
  }

  private func releaseOne() {
    // One that was let go counts as running until the search has heard of it.
    guard isFull, !waiting.isEmpty, Set(waiting) == running else { return }
    waiting.sort()
    let index = picksYoungest ? waiting.count - 1 : stream.below(waiting.count)
    released.insert(waiting.remove(at: index))
    condition.broadcast()
  }
}
