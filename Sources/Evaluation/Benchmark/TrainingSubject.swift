import Architectures
import Engine
import Kernels
import Randomness

/// Training steps on one batch of random images.
package final class TrainingSubject: BenchmarkSubject {
  /// So low that weights and losses stay what they were: only the work is of interest.
  private static let rate = 1e-4

  package let graph: NetworkGraph
  package let threads: Int
  private let network: TrainingNetwork
  private var optimizer: OptimizerState

  /// - Throws: `MemoryShortage`.
  package init(
    graph: NetworkGraph, batch: Int, pool: WorkerPool? = nil, kernels: KernelSet = .current
  ) throws(MemoryShortage) {
    threads = pool?.threads ?? 1
    let random = RandomStream(seed: 0).substream("benchmark")
    self.graph = graph
    network = try TrainingNetwork(
      graph: graph, weights: .quicklyDrawn(for: graph, random: random.substream("weights")),
      batchSize: batch, kernels: kernels, pool: pool, options: TrainingOptions(random: random))
    optimizer = OptimizerState(
      .sgd(momentum: 0.9, nesterov: false), weightDecay: 0, for: network)
    var image = random.substream("images")
    for index in network.inputBuffer.indices {
      network.inputBuffer[index] = image.uniformOfUnitVariance()
    }
    var label = random.substream("labels")
    for index in network.labelBuffer.indices {
      network.labelBuffer[index] = Int32(label.below(network.classes))
    }
  }

  package var work: NetworkWork { .training }
  package var batch: Int { network.batchSize }
  package var memoryBytes: Int { network.arenaBytes + network.parameterBytes }

  package func run() throws(TrainingError) {
    try network.step(images: batch, rate: Self.rate, &optimizer)
  }

  package func layerTimes(runs: Int, now: () -> Duration) -> [LayerTime] {
    let times = network.layerTimes(images: batch, runs: runs, now: now)
    return zip(network.layerNames, times).map {
      LayerTime(nodes: $0, forward: $1.forward, backward: $1.backward)
    }
  }
}
