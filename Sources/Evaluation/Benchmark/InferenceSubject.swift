import Architectures
import Engine
import Kernels
import Randomness

/// Inference of a batch of random images.
package struct InferenceSubject: BenchmarkSubject {
  package let graph: NetworkGraph
  package let threads: Int
  private let network: InferenceNetwork

  /// - Throws: `MemoryShortage`.
  package init(
    graph: NetworkGraph, batch: Int, pool: WorkerPool? = nil, kernels: KernelSet = .current
  ) throws(MemoryShortage) {
    let random = RandomStream(seed: 0).substream("benchmark")
    self.graph = graph
    threads = pool?.threads ?? 1
    network = try InferenceNetwork(
      graph: graph, weights: .quicklyDrawn(for: graph, random: random.substream("weights")),
      kernels: kernels, pool: pool, batchSize: batch)
    var image = random.substream("images")
    for index in network.inputBuffer.indices {
      network.inputBuffer[index] = image.uniformOfUnitVariance()
    }
  }

  package var work: NetworkWork { .inference }
  package var batch: Int { network.batchSize }
  package var memoryBytes: Int { network.memoryBytes }

  package func run() { network.run() }

  package func layerTimes(runs: Int, now: () -> Duration) -> [LayerTime] {
    zip(network.stepNodes, network.stepTimes(runs: runs, now: now)).map {
      LayerTime(nodes: $0, forward: $1)
    }
  }
}
