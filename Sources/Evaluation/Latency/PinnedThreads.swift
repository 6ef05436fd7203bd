import Engine
import Threads

/// Threads to measure on: the caller's and those of a pool, each pinned to a core of its own
/// where the system allows that.
package struct PinnedThreads: Sendable {
  package let count: Int
  /// Nil for one thread, which is the caller's.
  package let pool: WorkerPool?
  /// One core a thread, the caller's first; nil where threads can't be pinned.
  private let cores: [Int]?

  /// Starts the threads; they sleep between measurements.
  package init(_ count: Int) throws(SystemThreadError) {
    precondition(count > 0, "a measurement runs on at least one thread")
    self.count = count
    // The last cores: the system's own work prefers the first.
    let allowed = CoreAffinity.allowedCores() ?? []
    cores = allowed.count < count ? nil : Array(allowed.suffix(count))
    pool = count > 1 ? try WorkerPool(threads: count, cores: cores) : nil
  }

  /// Runs `body` with the calling thread on its core.
  package func pinned<Result>(_ body: () throws -> Result) rethrows -> Result {
    try CoreAffinity.pinned(to: cores?.first, body)
  }
}
