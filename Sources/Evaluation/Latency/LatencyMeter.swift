import Architectures
import Engine
import Kernels
import Search
import SearchSpaces
import Threads

/// Measures the time of one inference as a deployed network would take it: one random image, batch
/// norm folded, on a fixed number of threads, each pinned to a core of its own where the system
/// allows that, while nothing of ours trains. The values of the weights don't matter for the time.
package final class LatencyMeter: Sendable {
  package let settings: LatencySettings
  private let gate: TrainingGate
  private let kernels: KernelSet
  private let threads: PinnedThreads

  /// Starts the threads; they sleep between measurements.
  package init(
    settings: LatencySettings, gate: TrainingGate = .process, kernels: KernelSet = .current
  ) throws(SystemThreadError) {
    self.settings = settings
    self.gate = gate
    self.kernels = kernels
    threads = try PinnedThreads(settings.threads)
  }

  /// Builds the network, waits until every trainer stands at the gate, and measures.
  ///
  /// - Returns: nil once `isCancelled` is true.
  /// - Throws: `MemoryShortage`.
  package func measure(
    _ graph: NetworkGraph, isCancelled: () -> Bool = { false }
  ) throws -> LatencyMeasurement? {
    let network = try gate.working {
      try InferenceSubject(graph: graph, batch: 1, pool: threads.pool, kernels: kernels)
    }
    return gate.whileClosed {
      threads.pinned {
        LatencySampler(settings: settings).measure(isCancelled: isCancelled) { network.run() }
      }
    }
  }
}
