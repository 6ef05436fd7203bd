#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A value behind a lock, with a condition to wait for: Hoare's monitor on a pthread mutex.
///
///     let gate = Monitor(State())
///     gate.wait(until: { !$0.isClosed }) { $0.entered += 1 }
///     gate.update { $0.isClosed = false }   // wakes all who wait
package final class Monitor<State>: @unchecked Sendable {
  // Sendable because `state` is only touched with `mutex` held.
  private var state: State
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init(_ state: State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    let results = (pthread_mutex_init(mutex, nil), pthread_cond_init(condition, nil))
    precondition(results == (0, 0), "the system refused a mutex")
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Changes the state and wakes all who wait, each of whom looks at its condition again.
  package func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Looks at the state, waking nobody.
  package func read<Result>(_ body: (State) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(state)
  }

  /// Sleeps until `isReady` holds, then changes the state before anyone else can, and wakes the
  /// others.
  package func wait<Result>(
    until isReady: (State) -> Bool, then body: (inout State) throws -> Result
  ) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    while !isReady(state) { pthread_cond_wait(condition, mutex) }
    return try body(&state)
  }

  /// Sleeps until `isReady` holds.
  package func wait(until isReady: (State) -> Bool) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isReady(state) { pthread_cond_wait(condition, mutex) }
  }
}
