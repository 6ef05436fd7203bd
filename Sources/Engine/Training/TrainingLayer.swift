import Architectures
import Kernels

/// One operation of a `TrainingNetwork`, batch norm together with the activation behind it, or a
/// chain that trains as one (`ExpansionChain`, `SqueezeExcitationChain`).
///
/// A layer is a value that knows shapes and where its weights lie. It owns no memory: it says
/// what it needs, the plan finds the place, and every call hands it over.
protocol TrainingLayer {
  var needs: LayerNeeds { get }
  /// The blocks of its output's rows for which it writes moments; nil if it can't.
  var blocks: RowBlocks? { get }
  /// The blocks of its input's rows for which it reduces gradients; nil if it can't.
  var gradientBlocks: RowBlocks? { get }
  /// Writes `buffers.output` from `buffers.inputs`.
  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass)
  /// Writes `buffers.inputGradients` and the gradients of the layer's weights.
  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass)
}

extension TrainingLayer {
  var blocks: RowBlocks? { nil }
  var gradientBlocks: RowBlocks? { nil }
}

/// What a layer asks of the plan. Sizes are floats for a full batch.
struct LayerNeeds {
  /// `backward` reads the inputs.
  var keepsInputs = false
  /// `forward` may write its output over an input that nothing else reads any more.
  var runsInPlace = false
  /// `backward` may write the input's gradient over the output's.
  var reversesInPlace = false
  /// Inputs whose gradient is that of the output as it is: nothing is to be written for them.
  var passesGradientTo: Set<Int> = []
  /// `backward` can add to a gradient (`GradientTarget.addend`), not only replace it.
  var addsToGradients = false
  /// Buffers that hold from `forward` to `backward`.
  var kept: [Int] = []
  /// Buffers of `forward` alone.
  var scratch: [Int] = []
  /// Buffers of `backward` alone.
  var reverseScratch: [Int] = []
}

/// Where a layer's data lie; all activations are `[images, height, width, channels]`.
struct LayerBuffers {
  var inputs: [Input]
  /// Per input, what is still to be done to it; nil if it is stored as it is.
  var transforms: [ChannelTransform?]
  var output: Output
  /// Wanted of a layer in front of a batch norm.
  var moments: BlockMoments?
  var outputGradient: Input
  /// To be done to the output's gradient by a layer in front of a batch norm.
  var correction: GradientCorrection?
  /// Per input; nil where no gradient is wanted.
  var inputGradients: [GradientTarget?]
  var kept: [Output]
  var scratch: [Output]
  var reverseScratch: [Output]
  /// What a batch norm shares with the layers around; nil for others.
  var normalization: NormalizationBuffers?
}

/// Where the gradient of an input goes: `values = addend + gradient`.
struct GradientTarget {
  var values: Output
  /// What other readers of the same input have added up so far; often `values` itself. Nil if
  /// there is none, or if the layer can't add.
  var addend: Input?
  /// To be done to each block of `values` behind it, where the input is a deferred value.
  var reduction: BlockReduction?

  /// Puts the addend, or zeros, where gradients are then added to.
  func prepare(_ part: Range<Int>) {
    let start = part.lowerBound
    if let addend {
      if addend != values { (values + start).update(from: addend + start, count: part.count) }
    } else {
      (values + start).update(repeating: 0, count: part.count)
    }
  }
}

/// What changes from one pass to the next.
struct TrainingPass {
  /// At most the batch size.
  var images: Int
  /// Batch norm uses the batch's moments and updates the running ones; dropout drops.
  var isTraining: Bool
  /// Counts the optimiser's steps; dropout draws by it.
  var step: Int
  /// All weights; layers know their offsets.
  var parameters: Output
  /// Likewise.
  var gradients: Output
  /// Threads that share the work; nil for the calling thread alone.
  var pool: WorkerPool?
}

extension TrainingPass {
  /// Calls `body` for each of `count` tasks, which must not depend on each other. A worker, of
  /// at most `LayerSite.workers`, has one task at a time.
  func forEach(_ count: Int, _ body: @escaping (_ task: Int, _ worker: Int) -> Void) {
    guard let pool, pool.threads > 1, count > 1 else {
      for task in 0..<count { body(task, 0) }
      return
    }
    let tasks = Tasks(body: body)
    pool.run { worker in
      for task in share(of: count, part: worker, of: pool.threads) { tasks.body(task, worker) }
    }
  }

  /// The same, but on the calling thread alone where the tasks go over few floats in all.
  func forEach(_ count: Int, floats: Int, _ body: @escaping (_ task: Int, _ worker: Int) -> Void) {
    if floats >= 2 * Self.leastShare {
      forEach(count, body)
    } else {
      for task in 0..<count { body(task, 0) }
    }
  }

  /// Floats that one thread has gone over before another would have heard of them.
  static let leastShare = 4096

  /// Calls `body` for contiguous shares of `0..<count`, one a worker, none smaller than `grain`.
  func forEachShare(
    of count: Int, grain: Int = 1, _ body: @escaping (Range<Int>) -> Void
  ) {
    let parts = min(pool?.threads ?? 1, max(count / grain, 1))
    forEach(parts) { part, _ in
      let mine = share(of: count, part: part, of: parts, grain: grain)
      if !mine.isEmpty { body(mine) }
    }
  }

  private struct Tasks: @unchecked Sendable {
    // Sendable because `forEach` returns only when all threads are done with it, and tasks write
    // disjoint memory.
    let body: (Int, Int) -> Void
  }
}

/// What a layer is made from.
struct LayerSite {
  var name: String
  var inputs: [TensorShape]
  var output: TensorShape
  var batchSize: Int
  /// Threads that may work on the layer at once.
  var workers: Int
  var kernels: KernelSet
  /// Offsets of the node's tensors among all weights.
  var offsets: [ParameterTensor.Role: Int]

  var input: TensorShape { inputs[0] }

  /// - Precondition: the operation has such a tensor.
  func offset(_ role: ParameterTensor.Role) -> Int {
    guard let offset = offsets[role] else {
      preconditionFailure("\(name) has no \(role.rawValue)")
    }
    return offset
  }
}
