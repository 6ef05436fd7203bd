import SearchSpaces
import Testing

@testable import Evaluation

@Suite struct LatencySamplerTests {
  /// A clock that only moves when it is told to.
  private final class Clock {
    var time = Duration.zero
    var runs = 0
  }

  private func sampler(
    _ clock: Clock, minimum: Int, maximum: Int, seconds: Double
  ) -> LatencySampler {
    var settings = LatencySettings()
    settings.warmupRuns = 3
    settings.minimumRuns = minimum
    settings.maximumRuns = maximum
    settings.seconds = seconds
    return LatencySampler(settings: settings, now: { clock.time })
  }

  @Test func stopsAtTheMostRuns() throws {
    let clock = Clock()
    let result = try #require(
      sampler(clock, minimum: 5, maximum: 12, seconds: 10).measure {
        clock.runs += 1
        clock.time += .milliseconds(1)
      })
    #expect(result.samples == 12)
    #expect(clock.runs == 15)
  }

  @Test func stopsAfterTheAllowedTime() throws {
    let clock = Clock()
    let result = try #require(
      sampler(clock, minimum: 5, maximum: 1000, seconds: 0.1).measure {
        clock.time += .milliseconds(4)
      })
    #expect(result.samples == 25)
  }

  @Test func runsTheLeastNumberHoweverLong() throws {
    let clock = Clock()
    let result = try #require(
      sampler(clock, minimum: 7, maximum: 1000, seconds: 0.1).measure {
        clock.time += .seconds(1)
      })
    #expect(result.samples == 7)
    #expect(result.medianMilliseconds == 1000)
  }

  @Test(arguments: [0, 2, 4]) func stopsWhenItIsCancelled(run: Int) {
    let clock = Clock()
    let result = sampler(clock, minimum: 7, maximum: 1000, seconds: 0.1).measure(
      isCancelled: { clock.runs == run }
    ) { clock.runs += 1 }
    #expect(result == nil)
    #expect(clock.runs == run)
  }

  @Test func warmUpDoesNotCount() throws {
    let clock = Clock()
    let result = try #require(
      sampler(clock, minimum: 9, maximum: 9, seconds: 0).measure {
        clock.runs += 1
        // Slow at first, then 1, 2, …, 9 milliseconds.
        clock.time += clock.runs <= 3 ? .seconds(5) : .milliseconds(clock.runs - 3)
      })
    #expect(result.medianMilliseconds == 5)
    #expect(result.lowMilliseconds == 2)
    #expect(result.highMilliseconds == 8)
    #expect(result.threads == 1)
  }
}
