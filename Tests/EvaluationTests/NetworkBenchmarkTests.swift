import Architectures
import Engine
import Randomness
import Testing

@testable import Evaluation

@Suite struct NetworkBenchmarkTests {
  private let graph: NetworkGraph

  init() throws {
    let genome = try Genome(blockNotation: "stem8_s1 r1_k3.5_s2_e2_o12_se0.5_sw head16")
    graph = try genome.graph(
      input: TensorShape(height: 8, width: 8, channels: 3), classes: 4)
  }

  @Test func measuresEverySubjectAsOftenAsAskedFor() throws {
    let benchmark = NetworkBenchmark(budget: .runs(3), threads: try PinnedThreads(1))
    let subjects: [any BenchmarkSubject] = [
      try InferenceSubject(graph: graph, batch: 2), try TrainingSubject(graph: graph, batch: 4),
    ]
    let times = try benchmark.measure(subjects)
    #expect(times.map(\.samples) == [3, 3])
    for time in times {
      #expect(time.lowMilliseconds > 0)
      #expect(time.lowMilliseconds <= time.medianMilliseconds)
      #expect(time.medianMilliseconds <= time.highMilliseconds)
      #expect(time.threads == 1)
    }
    for subject in subjects { #expect(subject.memoryBytes > 4 * graph.parameterCount) }
  }

  @Test func profilesLayersThatTheGraphHas() throws {
    let benchmark = NetworkBenchmark(budget: .runs(1), threads: try PinnedThreads(1))
    let inference = benchmark.layerTimes(
      of: try InferenceSubject(graph: graph, batch: 1), runs: 2)
    #expect(inference.allSatisfy { $0.backward == nil && $0.forward < .seconds(60) })
    #expect(inference.contains { $0.nodes == ["blocks.0.depthwise.convolution"] })
    let training = benchmark.layerTimes(of: try TrainingSubject(graph: graph, batch: 2), runs: 2)
    #expect(training.allSatisfy { $0.backward != nil && $0.forward < .seconds(60) })
    #expect(training.contains { $0.nodes.contains("blocks.0.depthwise.convolution") })
  }

  @Test func quickWeightsSpreadAsProperOnesDo() throws {
    let random = RandomStream(seed: 1)
    let quick = NetworkWeights.quicklyDrawn(for: graph, random: random)
    let proper = NetworkWeights(graph: graph, random: random)
    #expect(quick.areFinite)
    func meanSquare(_ values: ArraySlice<Float>) -> Float {
      values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
    }
    // The mean square of over 200 values is off by a tenth or so.
    for (index, tensor) in quick.tensors.enumerated() where tensor.count > 200 {
      let ratio = meanSquare(quick[index]) / meanSquare(proper[index])
      #expect((0.6...1.6).contains(ratio), "\(tensor.name): \(ratio)")
    }
  }

  @Test func aTrainingOfLargeImagesTakesFewer() {
    let small = TensorShape(height: 32, width: 32, channels: 3)
    let large = TensorShape(height: 224, width: 224, channels: 3)
    #expect(NetworkWork.training.usualBatch(for: small) == 64)
    #expect(NetworkWork.training.usualBatch(for: large) == 16)
    #expect(NetworkWork.inference.usualBatch(for: large) == 1)
  }
}
