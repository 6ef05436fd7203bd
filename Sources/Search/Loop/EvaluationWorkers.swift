import Threads

/// Threads of their own that evaluate candidates: an evaluation blocks for seconds, which the
/// threads of Swift's concurrency are not there for.
struct EvaluationWorkers: Sendable {
  /// What came of a task; nil where it was canceled.
  typealias Ended = (ordinal: Int, result: Result<Evaluation?, EvaluationShortage>)

  /// As deep as a main thread's.
  private static let stackBytes = 8 << 20

  private let tasks = BlockingQueue<EvaluationTask>()
  private let results = BlockingQueue<Ended>()
  private let threads: [SystemThread]

  init(
    count: Int, evaluator: any Evaluator, isCancelled: @escaping @Sendable () -> Bool
  ) throws(SystemThreadError) {
    let (tasks, results) = (tasks, results)
    var threads: [SystemThread] = []
    for _ in 0..<count {
      do {
        threads.append(
          try SystemThread(stackBytes: Self.stackBytes) {
            while let task = tasks.next() {
              let result = Result { () throws(EvaluationShortage) in
                try evaluator.evaluate(task, isCancelled: isCancelled)
              }
              results.append((task.ordinal, result))
            }
          })
      } catch {
        tasks.close()
        for thread in threads { thread.join() }
        throw error
      }
    }
    self.threads = threads
  }

  func start(_ task: EvaluationTask) { tasks.append(task) }

  /// Waits for the next task that ends. Only to be called while one is running.
  func nextToEnd() -> Ended? { results.next() }

  /// Waits until all threads are gone. To be called once.
  func finish() {
    tasks.close()
    for thread in threads { thread.join() }
  }
}
