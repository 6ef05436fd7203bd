import Threads

/// A fixed team of threads that works on one thing at a time, each member on its own part.
///
/// The calling thread is member 0, so a pool of one thread starts none and costs nothing.
///
///     let pool = try WorkerPool(threads: 2)
///     pool.run { part in
///       firstHalf(part)
///       pool.synchronize()
///       secondHalf(part)
///     }
package final class WorkerPool: Sendable {
  /// One member's part of the work, `part` in `0..<threads`; all parts run at the same time.
  package typealias Work = @Sendable (_ part: Int) -> Void

  /// What the members share; they keep it alive, not the pool.
  private final class Team: @unchecked Sendable {
    // Sendable because `work` is written only while every other member waits at the barrier.
    var work: Work?
    let barrier: ThreadBarrier

    init(members: Int) {
      // Where members share a core, the one that looks keeps it from the one that is looked for.
      let cores = CoreAffinity.allowedCores()?.count ?? members
      barrier =
        members > cores
        ? ThreadBarrier(members: members, spins: 0) : ThreadBarrier(members: members)
    }

    func serve(part: Int) {
      barrier.wait()
      while perform(part) {
        barrier.wait()
        barrier.wait()
      }
    }

    /// False when the pool ends. Nothing of the work is held any longer on return: it may hold the
    /// pool, which must not end on one of its own threads.
    @inline(never)
    private func perform(_ part: Int) -> Bool {
      guard let work else { return false }
      work(part)
      return true
    }
  }

  package let threads: Int
  private let team: Team
  private let members: [SystemThread]
  private let isBusy = Monitor(false)

  /// Starts `threads - 1` threads.
  ///
  /// - Parameter cores: one core a member, of which the first is for the calling thread, which
  ///   pins itself (`CoreAffinity.pinned`); nil leaves all to the system.
  package init(threads: Int, cores: [Int]? = nil) throws(SystemThreadError) {
    precondition(threads > 0, "a pool has at least its caller")
    precondition(cores.map { $0.count >= threads } ?? true, "a core for each member")
    self.threads = threads
    let team = Team(members: threads)
    self.team = team
    var members: [SystemThread] = []
    for part in 1..<max(threads, 1) {
      let core = cores?[part]
      do {
        let member = try SystemThread {
          if let core { CoreAffinity.pinCallingThread(to: [core]) }
          team.serve(part: part)
        }
        members.append(member)
      } catch {
        // Stands for itself and for those that never started, so that the others can end.
        if part > 1 { team.barrier.wait(arrivals: threads - members.count) }
        for member in members { member.join() }
        throw error
      }
    }
    self.members = members
  }

  deinit {
    team.work = nil
    if threads > 1 { team.barrier.wait() }
    for member in members { member.join() }
  }

  /// Calls `work` once for each part in `0..<threads`, all at the same time, and returns when
  /// all have. Callers of several threads take turns; work must not run more work on the same pool.
  package func run(_ work: @escaping Work) {
    if threads == 1 {
      work(0)
      return
    }
    isBusy.wait(until: { !$0 }, then: { $0 = true })
    team.work = work
    team.barrier.wait()
    work(0)
    team.barrier.wait()
    // It may hold the pool.
    team.work = nil
    isBusy.update { $0 = false }
  }

  /// Called by every part of running work: returns once all parts have called it.
  package func synchronize() {
    if threads > 1 { team.barrier.wait() }
  }
}
