/// Times several things by turns, so that a drift of the machine hits all of them alike.
///
/// The time of each is cut into slots; the slots go round robin, every second round backwards:
///
///     a b c │ c b a │ a b c │ …
///
/// A slot opens with an untimed run, which brings the caches back from what the others left,
/// unless a run is so long that it hardly notices.
package struct InterleavedSampler {
  /// How much is enough.
  package enum Budget: Sendable, Hashable {
    /// For each thing over all rounds. There is at least one run a round, however long.
    case time(Duration)
    /// Of each thing over all rounds.
    case runs(Int)
  }

  package let budget: Budget
  package let rounds: Int
  /// Time since any fixed moment.
  private let now: () -> Duration

  /// - Precondition: as many runs as rounds, where runs are given.
  package init(budget: Budget, rounds: Int = 5, now: @escaping () -> Duration) {
    precondition(rounds > 0, "there is at least one round")
    if case .runs(let runs) = budget { precondition(runs >= rounds, "a run for each round") }
    self.budget = budget
    self.rounds = rounds
    self.now = now
  }

  /// Milliseconds of every timed run of each thing, in the order in which they ran.
  ///
  /// - Parameter run: runs the thing of that index once.
  package func measure(count: Int, _ run: (Int) throws -> Void) rethrows -> [[Double]] {
    var milliseconds: [[Double]] = Array(repeating: [], count: count)
    // The first run may still set things up.
    let warmUps = try (0..<count).map { index in
      try run(index)
      return try time { try run(index) }
    }
    for round in 0..<rounds {
      let order = round % 2 == 0 ? Array(0..<count) : (0..<count).reversed()
      for index in order {
        if needsOpening(warmUps[index]) { try run(index) }
        let start = now()
        var runs = 0
        while runs == 0 || !isFull(round: round, runs: runs, spent: now() - start) {
          milliseconds[index].append(try time { try run(index) } / .milliseconds(1))
          runs += 1
        }
      }
    }
    return milliseconds
  }

  private func time(_ body: () throws -> Void) rethrows -> Duration {
    let start = now()
    try body()
    return now() - start
  }

  private func needsOpening(_ run: Duration) -> Bool {
    switch budget {
    case .time(let total): run < total / (4 * rounds)
    case .runs: true
    }
  }

  private func isFull(round: Int, runs: Int, spent: Duration) -> Bool {
    switch budget {
    case .time(let total): spent >= total / rounds
    case .runs(let total): runs >= total * (round + 1) / rounds - total * round / rounds
    }
  }
}
