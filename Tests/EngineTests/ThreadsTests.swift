import Testing
import Threads

@testable import Engine

@Suite(.timeLimit(.minutes(5))) struct WorkerPoolTests {
  @Test(arguments: [1, 2, 3, 5])
  func everyPartRunsOnceInEveryRound(_ threads: Int) throws {
    let pool = try WorkerPool(threads: threads)
    let counts = Monitor([Int](repeating: 0, count: threads))
    for _ in 0..<200 {
      pool.run { part in counts.update { $0[part] += 1 } }
    }
    #expect(counts.read { $0 } == [Int](repeating: 200, count: threads))
  }

  @Test(arguments: [2, 3])
  func nobodyPassesTheBarrierEarly(_ threads: Int) throws {
    let pool = try WorkerPool(threads: threads)
    let state = Monitor((arrivals: 0, early: 0))
    pool.run { _ in
      for round in 1...300 {
        state.update { $0.arrivals += 1 }
        pool.synchronize()
        state.update { if $0.arrivals < round * threads { $0.early += 1 } }
        pool.synchronize()
      }
    }
    #expect(state.read { $0.arrivals } == 300 * threads)
    #expect(state.read { $0.early } == 0)
  }

  /// With no looks, every wait of the barrier goes through sleep and waking.
  @Test func aBarrierThatAlwaysSleepsWakesAll() throws {
    let barrier = ThreadBarrier(members: 3, spins: 0)
    let rounds = Monitor(0)
    let threads = try (0..<2).map { _ in
      try SystemThread {
        for _ in 0..<500 { barrier.wait() }
        rounds.update { $0 += 500 }
      }
    }
    for _ in 0..<500 { barrier.wait() }
    for thread in threads { thread.join() }
    #expect(rounds.read { $0 } == 1000)
  }

  @Test func callersTakeTurns() throws {
    let pool = try WorkerPool(threads: 2)
    let inside = Monitor((now: 0, most: 0, total: 0))
    let callers = try (0..<3).map { _ in
      try SystemThread {
        for _ in 0..<50 {
          pool.run { part in
            guard part == 0 else { return }
            inside.update {
              $0.now += 1
              $0.most = max($0.most, $0.now)
              $0.total += 1
            }
            inside.update { $0.now -= 1 }
          }
        }
      }
    }
    for caller in callers { caller.join() }
    #expect(inside.read { $0.most } == 1)
    #expect(inside.read { $0.total } == 150)
  }

  @Test(arguments: [1, 2, 3])
  func aPoolEndsThoughItsWorkHoldsIt(_ threads: Int) throws {
    weak var end: WorkerPool?
    do {
      let pool = try WorkerPool(threads: threads)
      for _ in 0..<50 {
        pool.run { _ in pool.synchronize() }
      }
      end = pool
    }
    #expect(end == nil)
  }

  @Test func aThreadStaysOnItsCoreAndGetsItsCoresBack() throws {
    guard let cores = CoreAffinity.allowedCores(), let last = cores.last else { return }
    CoreAffinity.pinned(to: last) {
      #expect(CoreAffinity.allowedCores() == [last])
    }
    #expect(CoreAffinity.allowedCores() == cores)
    #expect(!CoreAffinity.pinCallingThread(to: []))
    #expect(!CoreAffinity.pinCallingThread(to: [-1]))

    let pool = try WorkerPool(threads: 2, cores: [cores[0], last])
    let seen = Monitor<[Int]?>(nil)
    pool.run { part in
      if part == 1 { seen.update { $0 = CoreAffinity.allowedCores() } }
    }
    #expect(seen.read { $0 } == [last])
  }
}

@Suite struct PartitionTests {
  @Test(arguments: [0, 1, 7, 8, 49, 64, 1000], [1, 2, 3, 5])
  func sharesCoverEverythingOnce(_ count: Int, _ parts: Int) {
    for grain in [1, 8, 16] {
      let shares = (0..<parts).map { share(of: count, part: $0, of: parts, grain: grain) }
      #expect(shares.flatMap { Array($0) } == Array(0..<count))
      #expect(shares.allSatisfy { $0.lowerBound % grain == 0 || $0.isEmpty })
    }
  }
}
