import Architectures
import Kernels

/// A trained network as it would be deployed: batch norm folded into the layer before it,
/// activations and residual sums in the kernels' epilogues, weights packed, dropout gone, all
/// buffers in one arena by lifetime.
///
///     let network = try InferenceNetwork(graph: graph, weights: weights)
///     network.inputBuffer.update(fromContentsOf: image)   // [height, width, channels]
///     network.run()
///     let best = network.logits.indices.max { network.logits[$0] < network.logits[$1] }
///
/// A run allocates nothing, and no bit of its result depends on the number of threads. One
/// thread at a time may use a network.
package final class InferenceNetwork {
  package let graph: NetworkGraph
  /// Images of the largest run.
  package let batchSize: Int
  /// `[batchSize, height, width, channels]`; a run leaves it unchanged.
  package let inputBuffer: UnsafeMutableBufferPointer<Float>
  /// The last node's values after a run, `[batchSize, …]`.
  package let logits: UnsafeBufferPointer<Float>

  private let program: Program
  private let arena: Arena
  private let constants: Arena
  private let pool: WorkerPool?
  /// Made once, so that a run allocates no context.
  private let work: WorkerPool.Work

  /// - Parameters:
  ///   - pool: threads that share the work of every step; nil for the calling thread alone.
  ///   - batchSize: images that one run may have.
  ///   - nearFloats: floats that are near when they are read again. Speed and memory depend on it,
  ///     no bit of the result.
  /// - Throws: `MemoryShortage`.
  package init(
    graph: NetworkGraph, weights: NetworkWeights, kernels: KernelSet = .current,
    pool: WorkerPool? = nil, batchSize: Int = 1, nearFloats: Int = SecondLevelCache.nearFloats
  ) throws(MemoryShortage) {
    precondition(batchSize > 0, "a run has at least one image")
    let parts = pool?.threads ?? 1
    let fusion = FusionPlan(graph, nearFloats: nearFloats, parts: parts)
    var plan = InferencePlan(kernels: kernels, parts: parts, batchSize: batchSize)
    let values = Self.addValues(of: graph, fusion, to: &plan)
    let rowSums = Self.addRowSums(of: graph, fusion, to: &plan)
    var lowering = Lowering(
      graph: graph, weights: weights, values: values, rowSums: rowSums, plan: plan)
    var steps: [any InferenceStep] = []
    for (time, step) in fusion.steps.enumerated() {
      steps.append(lowering.lower(step, time: time))
    }

    let packed = lowering.plan.constants
    var fetching = FetchPlan(constants: packed.count)
    for index in steps.indices.reversed() { steps[index].addFetches(to: &fetching) }
    constants = try Arena(count: packed.count)
    constants.base.update(from: packed, count: packed.count)
    let placement = lowering.plan.memory.placed()
    arena = try Arena(count: placement.count)
    program = Program(
      steps: steps, constants: constants, arena: arena, offsets: placement.offsets, pool: pool)

    guard let input = values[0], let output = values[fusion.output] else {
      preconditionFailure("a graph has an input and an output")
    }
    self.graph = graph
    self.batchSize = batchSize
    self.pool = pool
    stepNodes = fusion.steps.map { step in step.nodes.map { graph.nodes[$0].name } }
    inputBuffer = UnsafeMutableBufferPointer(
      start: arena.base + placement.offsets[input.index],
      count: batchSize * graph.input.elementCount)
    logits = UnsafeBufferPointer(
      start: arena.base + placement.offsets[output.index],
      count: batchSize * graph.output.elementCount)
    work = { [program] part in program.run(part: part) }
  }

  /// Bytes of all buffers and of the packed weights.
  package var memoryBytes: Int { arena.bytes + constants.bytes }
  /// The names of the layers of each step of a run.
  package let stepNodes: [[String]]

  /// Computes `logits` from the first `images` images of `inputBuffer`, or from all.
  package func run(images: Int? = nil) {
    let images = images ?? batchSize
    precondition(images > 0 && images <= batchSize, "the network was made for \(batchSize) images")
    program.images = images
    if let pool { pool.run(work) } else { program.run(part: 0) }
  }

  /// The shortest time of each step over a number of runs, until the last thread is done with it.
  ///
  /// - Parameter now: time since any fixed moment; called on the calling thread.
  package func stepTimes(runs: Int, now: () -> Duration) -> [Duration] {
    var shortest = [Duration](repeating: .seconds(Int64.max), count: program.steps.count)
    var start = Duration.zero
    func note(_ step: Int) {
      let end = now()
      if step > 0 { shortest[step - 1] = min(shortest[step - 1], end - start) }
      start = end
    }
    withoutActuallyEscaping(note) { note in
      program.onStep = note
      for _ in 0..<runs {
        run()
        note(program.steps.count)
      }
      program.onStep = nil
    }
    return shortest
  }

  /// A buffer for the input and for each step's output, alive from the step that writes it to
  /// the last that reads it.
  private static func addValues(
    of graph: NetworkGraph, _ fusion: FusionPlan, to plan: inout InferencePlan
  ) -> [Int: MemoryPlan.Buffer] {
    let end = fusion.steps.count
    var lastUse: [Int: Int] = [0: end, fusion.output: end]
    for (time, step) in fusion.steps.enumerated() {
      for node in step.inputs + [step.gate].compactMap({ $0 }) {
        lastUse[node] = max(time, lastUse[node, default: 0])
      }
    }
    var values: [Int: MemoryPlan.Buffer] = [:]
    func add(_ node: Int, from time: Int) {
      let count = plan.batchSize * graph.nodes[node].shape.elementCount
      values[node] = plan.memory.add(
        count: count, alive: time...max(time, lastUse[node, default: time]))
    }
    add(0, from: 0)
    for (time, step) in fusion.steps.enumerated() { add(step.output, from: time) }
    return values
  }

  /// A buffer for each global average pool's sums of rows, alive from the step that makes them to
  /// the pool.
  private static func addRowSums(
    of graph: NetworkGraph, _ fusion: FusionPlan, to plan: inout InferencePlan
  ) -> [Int: MemoryPlan.Buffer] {
    var sums: [Int: MemoryPlan.Buffer] = [:]
    for (time, step) in fusion.steps.enumerated() {
      guard let pool = step.pool, let end = fusion.steps.firstIndex(where: { $0.node == pool })
      else { continue }
      let shape = graph.nodes[step.output].shape
      sums[pool] = plan.memory.add(
        count: plan.batchSize * shape.height * shape.channels, alive: time...end)
    }
    return sums
  }
}

/// The steps and their memory, as the threads see them.
private final class Program: @unchecked Sendable {
  // Sendable because `images` and `onStep` are set between runs only, and the pool starts and ends
  // each run with a barrier.
  let steps: [any InferenceStep]
  var images = 1
  /// Called on the calling thread before each step, when all threads are done with the one before.
  var onStep: ((Int) -> Void)?
  private let memory: InferenceMemory
  private let offsets: UnsafeMutablePointer<Int>
  private let pool: WorkerPool?

  /// The arenas must outlive it.
  init(
    steps: [any InferenceStep], constants: Arena, arena: Arena, offsets: [Int],
    pool: WorkerPool?
  ) {
    self.steps = steps
    self.pool = pool
    self.offsets = .allocate(capacity: max(1, offsets.count))
    self.offsets.initialize(from: offsets, count: offsets.count)
    memory = InferenceMemory(
      constants: constants.base, activations: arena.base, offsets: UnsafePointer(self.offsets))
  }

  deinit { offsets.deallocate() }

  func run(part: Int) {
    let parts = pool?.threads ?? 1
    for (index, step) in steps.enumerated() {
      // The pool itself waits behind the last.
      if index > 0 { pool?.synchronize() }
      if part == 0 { onStep?(index) }
      step.run(images: images, part: part, of: parts, in: memory)
    }
  }
}
