import Testing

@testable import Evaluation

@Suite struct InterleavedSamplerTests {
  /// A clock that only moves when it is told to.
  private final class Clock {
    var time = Duration.zero
    var ran: [Int] = []
  }

  private func sampler(
    _ clock: Clock, _ budget: InterleavedSampler.Budget, rounds: Int
  ) -> InterleavedSampler {
    InterleavedSampler(budget: budget, rounds: rounds, now: { clock.time })
  }

  @Test func takesTurnsAndEverySecondRoundBackwards() {
    let clock = Clock()
    let samples = sampler(clock, .runs(2), rounds: 2).measure(count: 3) { index in
      clock.ran.append(index)
      clock.time += .milliseconds(index + 1)
    }
    #expect(samples == [[1, 1], [2, 2], [3, 3]])
    // Two runs each to warm up; then slots of an untimed and a timed run.
    #expect(clock.ran == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 0, 0])
  }

  @Test func sharesRunsAmongTheRounds() {
    let clock = Clock()
    let samples = sampler(clock, .runs(8), rounds: 3).measure(count: 2) { _ in
      clock.time += .milliseconds(1)
    }
    #expect(samples.map(\.count) == [8, 8])
  }

  @Test func eachGetsItsTimeOfShortRuns() {
    let clock = Clock()
    let samples = sampler(clock, .time(.milliseconds(100)), rounds: 5).measure(count: 2) { index in
      clock.time += .milliseconds(index == 0 ? 1 : 4)
    }
    #expect(samples.map(\.count) == [100, 25])
  }

  @Test func longRunsHaveOneARoundWithoutAnOpening() {
    let clock = Clock()
    let samples = sampler(clock, .time(.milliseconds(100)), rounds: 5).measure(count: 1) { _ in
      clock.ran.append(0)
      clock.time += .seconds(2)
    }
    #expect(samples == [[2000, 2000, 2000, 2000, 2000]])
    #expect(clock.ran.count == 2 + 5)
  }

  @Test func whatARunThrowsIsPassedOn() {
    struct Broken: Error {}
    let clock = Clock()
    #expect(throws: Broken.self) {
      _ = try sampler(clock, .runs(1), rounds: 1).measure(count: 1) { _ in throw Broken() }
    }
  }
}
