import Foundation

/// Threads of their own that evaluate candidates: an evaluation blocks for seconds, which the
/// threads of Swift's concurrency are not there for.
struct EvaluationWorkers: Sendable {
  /// What came of a task; nil where it was canceled.
  typealias Result = (ordinal: Int, evaluation: Evaluation?)

  /// As deep as a main thread's. The default for others is 512 KB on macOS.
  private static let stackSize = 8 << 20

  private let tasks = BlockingQueue<EvaluationTask>()
  private let results = BlockingQueue<Result>()
  private let running = DispatchGroup()

  init(count: Int, evaluator: any Evaluator, isCancelled: @escaping @Sendable () -> Bool) {
    let (tasks, results, running) = (tasks, results, running)
    for index in 0..<count {
      running.enter()
      let thread = Thread {
        while let task = tasks.next() {
          let evaluation = evaluator.evaluate(task, isCancelled: isCancelled)
          results.append((task.ordinal, evaluation))
        }
        running.leave()
      }
      thread.name = "candidate worker \(index)"
      thread.stackSize = Self.stackSize
      thread.start()
    }
  }

  func start(_ task: EvaluationTask) { tasks.append(task) }

  /// Waits for the next task that ends. Only to be called while one is running.
  func nextResult() -> Result? { results.next() }

  /// Waits until all threads are gone.
  func finish() {
    tasks.close()
    running.wait()
  }
}
