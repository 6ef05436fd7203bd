import Architectures
import Engine
import Search

/// Times networks at work, by turns, each thread on a core of its own where the system allows.
package struct NetworkBenchmark {
  package let sampler: InterleavedSampler
  package let threads: PinnedThreads
  private let now: () -> Duration

  /// Reads the system's continuous clock.
  package init(budget: InterleavedSampler.Budget, threads: PinnedThreads) {
    now = continuousTime()
    self.threads = threads
    // Fewer runs than rounds leave the last rounds out.
    var rounds = 5
    if case .runs(let runs) = budget { rounds = min(rounds, runs) }
    sampler = InterleavedSampler(budget: budget, rounds: rounds, now: now)
  }

  /// The time of one run of each subject.
  ///
  /// - Throws: `TrainingError`.
  package func measure(
    _ subjects: [any BenchmarkSubject]
  ) throws -> [LatencyMeasurement] {
    let samples = try threads.pinned {
      try sampler.measure(count: subjects.count) { try subjects[$0].run() }
    }
    return zip(subjects, samples).map { LatencyMeasurement($1, threads: $0.threads) }
  }

  /// The layers of a subject, each until the last thread is done with it.
  package func layerTimes(of subject: any BenchmarkSubject, runs: Int) -> [LayerTime] {
    threads.pinned { subject.layerTimes(runs: runs, now: now) }
  }
}

extension NetworkBenchmark {
  /// The time of one image of each network as deployed, measured by turns for about as many
  /// seconds each.
  ///
  /// - Throws: `SystemThreadError` where the threads can't be had, `MemoryShortage`.
  package static func latencies(
    of graphs: [NetworkGraph], threads: Int, seconds: Double
  ) throws -> [LatencyMeasurement] {
    let benchmark = NetworkBenchmark(
      budget: .time(.seconds(seconds)), threads: try PinnedThreads(threads))
    return try benchmark.measure(
      graphs.map { try InferenceSubject(graph: $0, batch: 1, pool: benchmark.threads.pool) })
  }
}
