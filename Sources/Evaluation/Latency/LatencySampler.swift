import Search
import SearchSpaces

/// Decides how often something is run, and makes a measurement of the running times.
///
/// The clock is a parameter, so that schedule and statistics are tested without one.
package struct LatencySampler {
  package let settings: LatencySettings
  /// Time since any fixed moment.
  private let now: () -> Duration

  package init(settings: LatencySettings, now: @escaping () -> Duration) {
    self.settings = settings
    self.now = now
  }

  /// Reads the system's continuous clock.
  package init(settings: LatencySettings) {
    self.init(settings: settings, now: continuousTime())
  }

  /// Warms up, then runs `body` at least `minimumRuns` times and on until `maximumRuns` or
  /// `seconds` are reached, whichever is first.
  ///
  /// - Returns: nil once `isCancelled`, which is asked between runs, is true.
  package func measure(
    isCancelled: () -> Bool = { false }, _ body: () -> Void
  ) -> LatencyMeasurement? {
    for _ in 0..<settings.warmupRuns {
      if isCancelled() { return nil }
      body()
    }
    let minimum = max(1, settings.minimumRuns)
    let maximum = max(minimum, settings.maximumRuns)
    let allowance = Duration.seconds(settings.seconds)
    var milliseconds: [Double] = []
    milliseconds.reserveCapacity(maximum)
    let start = now()
    var before = start
    while milliseconds.count < maximum,
      milliseconds.count < minimum || before - start < allowance
    {
      if isCancelled() { return nil }
      before = now()
      body()
      let after = now()
      milliseconds.append((after - before) / .milliseconds(1))
      before = after
    }
    return LatencyMeasurement(milliseconds, threads: settings.threads)
  }
}
