import Foundation
import Randomness
import Search

/// Lets evaluations end in another order than they began: each waits until all that run have
/// come here, and then one of them, picked at random or the youngest, is let go.
///
/// The search must pass every status on to `update`.
final class ReorderingEvaluator: Evaluator, @unchecked Sendable {
  private let condition = NSCondition()
  private let picksYoungest: Bool
  private var stream: RandomStream
  private var waiting: [Int] = []
  private var released: Set<Int> = []
  private var started: Set<Int> = []

  init(seed: UInt64, picksYoungest: Bool = false) {
    stream = RandomStream(seed: seed)
    self.picksYoungest = picksYoungest
  }

  func update(_ status: SearchStatus) {
    condition.withLock {
      started = Set(status.running)
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
    guard !waiting.isEmpty, Set(waiting) == started else { return }
    waiting.sort()
    let index = picksYoungest ? waiting.count - 1 : stream.below(waiting.count)
    released.insert(waiting.remove(at: index))
    condition.broadcast()
  }
}
