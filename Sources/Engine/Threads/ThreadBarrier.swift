import Synchronization
import Threads

/// Where the members of a team wait for each other, again and again.
///
/// A member first looks for the last one's arrival a number of times, since the parts of a layer
/// end within microseconds of each other; then it sleeps on a condition, so that a team that waits
/// for long costs nothing. To be woken takes from five to some tens of microseconds, as long as a
/// whole layer of a small network. So a member looks for a few hundred, longer than what one of
/// them does alone between two parts, before it goes to sleep.
final class ThreadBarrier: Sendable {
  private let members: Int
  private let spins: Int
  private let arrived = Atomic<Int>(0)
  private let round = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let bed = Monitor(())

  /// - Parameter spins: looks before a member goes to sleep; 0 sleeps at once.
  init(members: Int, spins: Int = looksBeforeSleep) {
    precondition(members > 0)
    self.members = members
    self.spins = spins
  }

  /// Returns once all members have called it. What each wrote before is visible to all after.
  ///
  /// - Parameter arrivals: members that the caller stands for.
  func wait(arrivals: Int = 1) {
    // Read before arriving: the round can't end without this member.
    let current = round.load(ordering: .relaxed)
    if arrived.add(arrivals, ordering: .acquiringAndReleasing).newValue == members {
      arrived.store(0, ordering: .relaxed)
      // Sequentially consistent against the sleeper's pair of accesses: one of the two sees
      // the other's write, so either the sleeper sees the new round or it is woken.
      round.store(current &+ 1, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { bed.update { _ in } }
      return
    }
    for _ in 0..<spins {
      if round.load(ordering: .acquiring) != current { return }
      spinHint()
    }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    bed.wait(until: { _ in round.load(ordering: .sequentiallyConsistent) != current })
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
  }
}
