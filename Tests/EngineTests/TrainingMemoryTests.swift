import Architectures
import Randomness
import Testing

@testable import Engine

@Suite struct MemoryPlanTests {
  @Test func buffersThatLiveTogetherDoNotOverlap() {
    var random = RandomStream(seed: 1)
    for _ in 0..<50 {
      var plan = MemoryPlan()
      var requests: [(count: Int, alive: ClosedRange<Int>)] = []
      for _ in 0..<40 {
        let start = random.below(60)
        let request = (count: random.below(500), alive: start...start + random.below(12))
        requests.append(request)
        _ = plan.add(count: request.count, alive: request.alive)
      }
      let placed = plan.placed()
      for (first, a) in requests.enumerated() {
        #expect(placed.offsets[first] % MemoryPlan.alignment == 0)
        #expect(placed.offsets[first] + a.count <= placed.count)
        for (second, b) in requests.enumerated().dropFirst(first + 1)
        where a.alive.overlaps(b.alive) {
          let (x, y) = (placed.offsets[first], placed.offsets[second])
          #expect(x + a.count <= y || y + b.count <= x)
        }
      }
      #expect(placed.count >= plan.lowerBound)
      #expect(placed.count < 2 * plan.lowerBound)
    }
  }

  @Test func noPageHoldsPartsOfTwoWorkers() {
    let page = 1024
    for count in [1, 16, 1000, 1024, 1025, 5000] {
      let stride = MemoryPlan.workerStride(count)
      #expect(stride.isMultiple(of: MemoryPlan.alignment))
      // Wherever in a page the first part begins.
      for start in Swift.stride(from: 0, to: page, by: MemoryPlan.alignment) {
        #expect((start + count - 1) / page < (start + stride) / page)
      }
    }
    #expect(MemoryPlan.workerStride(0) == 0)
  }

  @Test func buffersOfDifferentTimesShareMemory() {
    var plan = MemoryPlan()
    let a = plan.add(count: 1_000, alive: 0...4)
    let b = plan.add(count: 500, alive: 5...6)
    #expect(plan.placed().offsets[a.index] == plan.placed().offsets[b.index])
    plan.extend(b, to: 3)
    #expect(plan.placed().offsets[a.index] != plan.placed().offsets[b.index])
    #expect(plan.placed().count == plan.lowerBound)
  }
}

@Suite struct TrainingMemoryTests {
  /// Gradients reuse what is done with, so the peak lies little above what forward must keep.
  @Test func gradientsLiveInMemoryThatIsFree() throws {
    let graph = try TrainingSamples.network()
    let network = try TrainingNetwork(
      graph: graph, weights: InferenceSamples.weights(graph), batchSize: 16,
      options: TrainingSamples.options())
    let values = graph.nodes.reduce(0) { $0 + 16 * $1.shape.elementCount } * 4
    #expect(network.arenaBytes < values)
    #expect(network.plan.leastBytes <= network.arenaBytes)
    #expect(Double(network.arenaBytes) < 1.15 * Double(network.plan.leastBytes))
  }

  @Test func theArenaGrowsWithTheBatch() throws {
    let graph = try TrainingSamples.network()
    let bytes = try [8, 16].map {
      try TrainingNetwork(
        graph: graph, weights: InferenceSamples.weights(graph), batchSize: $0,
        options: TrainingSamples.options()
      ).arenaBytes
    }
    #expect(bytes[0] < bytes[1] && bytes[1] <= 2 * bytes[0])
  }
}
