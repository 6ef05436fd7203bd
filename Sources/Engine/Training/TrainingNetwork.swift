import Architectures
import Kernels

/// A network with all that its training needs: weights, gradients, and one arena for
/// activations, laid out once by the lifetimes of its buffers.
///
///     let network = try TrainingNetwork(
///       graph: graph, weights: NetworkWeights(graph: graph, random: stream), batchSize: 64,
///       options: TrainingOptions(labelSmoothing: 0.1, random: stream))
///     var optimizer = OptimizerState(
///       .sgd(momentum: 0.9, nesterov: true), weightDecay: 1e-5, for: network)
///     batcher.write(indices, epoch: 0, into: network.input)
///     batcher.writeLabels(indices, into: network.labels)
///     let result = try network.step(images: 64, rate: schedule.rate(at: 0), &optimizer)
///     let trained = network.weights
///
/// A step allocates no buffer: all lie in the arena. All its bits depend on weights, images,
/// labels, options and the kernels' instruction set alone, whatever the number of threads. The last
/// node of the graph gives the logits.
/// One thread at a time may use a network.
package final class TrainingNetwork {
  package let graph: NetworkGraph
  /// Images of the largest batch.
  package let batchSize: Int
  package let options: TrainingOptions
  /// The batch to work on, `[batchSize, height, width, channels]`; no pass changes it.
  package let inputBuffer: UnsafeMutableBufferPointer<Float>
  /// Where `inputBuffer` begins.
  package let input: UnsafeMutablePointer<Float>
  /// The batch's labels, `[batchSize]`, each in 0 ..< classes.
  package let labelBuffer: UnsafeMutableBufferPointer<Int32>
  /// Where `labelBuffer` begins.
  package let labels: UnsafeMutablePointer<Int32>
  /// The second labels of a mixed batch, `[batchSize]`, likewise.
  package let partnerLabels: UnsafeMutablePointer<Int32>
  /// What the last forward pass gave, `[batchSize, classes]`.
  package let logits: UnsafeBufferPointer<Float>

  let kernels: KernelSet
  let store: ParameterStore
  let plan: TrainingPlan
  private let loss: SoftmaxCrossEntropy
  /// What the last forward pass was, which a backward pass must know.
  private var lastPass: TrainingPass?
  private let pool: WorkerPool?

  /// - Parameters:
  ///   - weights: where training starts, running statistics included.
  ///   - pool: threads that share the work of every layer; nil for the calling thread alone.
  /// - Throws: `MemoryShortage`.
  package init(
    graph: NetworkGraph, weights: NetworkWeights, batchSize: Int,
    kernels: KernelSet = .current, pool: WorkerPool? = nil, options: TrainingOptions
  ) throws(MemoryShortage) {
    precondition(batchSize > 0, "a batch has at least one image")
    precondition(graph.nodes.count > 1, "a network has at least one layer")
    precondition(
      weights.tensors == graph.parameterTensors, "the weights are those of another graph")
    precondition((0..<1).contains(options.labelSmoothing), "label smoothing is in 0 ..< 1")
    self.graph = graph
    self.batchSize = batchSize
    self.options = options
    self.kernels = kernels
    self.pool = pool
    store = try ParameterStore(
      graph: graph, weights: weights,
      overparameterizesDepthwise: options.overparameterizesDepthwise)
    let deferral = DeferralPlan(graph)
    let layers = graph.trainingLayers(
      batchSize: batchSize, workers: pool?.threads ?? 1, kernels: kernels,
      random: options.random.substream("dropout"), weights: weights, deferral: deferral)
    plan = try TrainingPlan(
      graph: graph, layers: layers, deferral: deferral, batchSize: batchSize,
      needsInputGradient: options.needsInputGradient, kernels: kernels)
    layerNames = layers.map { layer in layer.operations.map { graph.nodes[$0].name } }
    loss = SoftmaxCrossEntropy(
      classes: graph.output.elementCount, smoothing: options.labelSmoothing)
    input = plan.input
    inputBuffer = UnsafeMutableBufferPointer(
      start: input, count: batchSize * graph.input.elementCount)
    logits = UnsafeBufferPointer(
      start: plan.logits, count: batchSize * graph.output.elementCount)
    labels = .allocate(capacity: batchSize)
    labels.initialize(repeating: 0, count: batchSize)
    labelBuffer = UnsafeMutableBufferPointer(start: labels, count: batchSize)
    partnerLabels = .allocate(capacity: batchSize)
    partnerLabels.initialize(repeating: 0, count: batchSize)
  }

  deinit {
    labels.deallocate()
    partnerLabels.deallocate()
  }

  /// Bytes of all activations, their gradients and scratch buffers.
  package var arenaBytes: Int { plan.arena.bytes }
  /// Bytes of weights and their gradients; an optimiser's state comes on top.
  package var parameterBytes: Int { store.bytes }
  /// The names of the nodes whose operations each layer of a pass runs, in forward order.
  package let layerNames: [[String]]
  /// Logits per image.
  package var classes: Int { graph.output.elementCount }

  /// The weights as an ordinary network has them, over-parameterised kernels folded.
  package var weights: NetworkWeights {
    NetworkWeights(graph: graph, values: store.foldedValues)
  }

  /// All that training changes but the optimiser's state: the weights, with over-parameterised
  /// kernels as they are. For checkpoints.
  package var checkpoint: [Float] {
    get { store.values }
    set { store.restore(newValue) }
  }

  /// Forward, loss, backward, and a step of the optimiser on the first `images` images.
  ///
  /// - Parameter partnerShare: of each image's target, 0 … 1, is for `partnerLabels`, where images
  ///   are mixed.
  /// - Throws: `TrainingError.diverged` before anything but running statistics has changed.
  @discardableResult
  package func step(
    images: Int, partnerShare: Double = 0, rate: Double, _ optimizer: inout OptimizerState
  ) throws(TrainingError) -> BatchResult {
    forward(images: images, isTraining: true, step: optimizer.step)
    let result = computeLoss(images: images, partnerShare: partnerShare, withGradient: true)
    guard result.lossSum.isFinite else { throw .diverged(step: optimizer.step) }
    backward()
    update(&optimizer, rate: rate)
    return result
  }

  /// Loss and correct answers on the first `images` images, with running statistics and without
  /// dropout.
  package func evaluate(images: Int) -> BatchResult {
    forward(images: images, isTraining: false)
    return computeLoss(images: images, withGradient: false)
  }

  /// Computes `logits`.
  ///
  /// - Parameters:
  ///   - isTraining: batch norm takes the batch's own moments and updates the running ones, and
  ///     dropout drops.
  ///   - step: what dropout draws by.
  package func forward(images: Int, isTraining: Bool, step: Int = 0) {
    precondition(images > 0 && images <= batchSize, "the network was made for \(batchSize) images")
    let pass = trainingPass(images: images, isTraining: isTraining, step: step)
    for step in plan.steps { step.layer.forward(step.buffers, pass) }
    lastPass = pass
  }

  /// - Parameter withGradient: also writes the gradient that `backward` starts from.
  func computeLoss(
    images: Int, partnerShare: Double = 0, withGradient: Bool
  ) -> BatchResult {
    precondition((0...1).contains(partnerShare), "a share is in 0 ... 1")
    precondition(areClasses(labels, images), "a label is no class")
    var partners: SoftmaxCrossEntropy.Partners?
    if partnerShare > 0 {
      precondition(areClasses(partnerLabels, images), "a label is no class")
      partners = SoftmaxCrossEntropy.Partners(labels: partnerLabels, share: partnerShare)
    }
    let (lossSum, correct) = loss.evaluate(
      images: images, logits: plan.logits, labels: labels, partners: partners,
      gradient: withGradient ? plan.logitsGradient : nil)
    return BatchResult(images: images, lossSum: lossSum, correct: correct)
  }

  private func areClasses(_ labels: UnsafeMutablePointer<Int32>, _ images: Int) -> Bool {
    UnsafeBufferPointer(start: labels, count: images).allSatisfy { $0 >= 0 && $0 < classes }
  }

  /// Computes the gradients of all weights from that of the logits, after a forward pass in
  /// training.
  func backward() {
    guard let pass = lastPass, pass.isTraining else {
      preconditionFailure("a backward pass follows a forward pass in training")
    }
    lastPass = nil
    for step in plan.steps.reversed() { backward(step, pass) }
    store.distributeGradients()
  }

  /// Changes all weights by their gradients.
  func update(_ optimizer: inout OptimizerState, rate: Double) {
    let pass = trainingPass(images: batchSize, isTraining: true, step: optimizer.step)
    optimizer.update(store, rate: rate, kernels: kernels.optimizers, pass)
    store.compose()
  }

  private func backward(_ step: TrainingPlan.Step, _ pass: TrainingPass) {
    guard step.runsBackward else { return }
    step.layer.backward(step.buffers, pass)
    for addition in step.additions {
      let add = kernels.elementwise.add
      pass.forEachShare(of: pass.images * addition.count, grain: MemoryPlan.alignment) { part in
        let start = part.lowerBound
        add(
          part.count, addition.gradient + start, addition.addend + start, addition.sum + start)
      }
    }
  }

  /// The shortest time of each layer over a number of forward and backward passes in training,
  /// which leave weights as they are but not running statistics.
  ///
  /// - Parameter now: time since any fixed moment.
  package func layerTimes(
    images: Int, runs: Int, now: () -> Duration
  ) -> [(forward: Duration, backward: Duration)] {
    var shortest = plan.steps.map { _ in
      (forward: Duration.seconds(Int64.max), backward: Duration.seconds(Int64.max))
    }
    let pass = trainingPass(images: images, isTraining: true, step: 0)
    for _ in 0..<runs {
      for (index, step) in plan.steps.enumerated() {
        let start = now()
        step.layer.forward(step.buffers, pass)
        shortest[index].forward = min(shortest[index].forward, now() - start)
      }
      _ = computeLoss(images: images, withGradient: true)
      for (index, step) in plan.steps.enumerated().reversed() {
        let start = now()
        backward(step, pass)
        shortest[index].backward = min(shortest[index].backward, now() - start)
      }
    }
    return shortest
  }

  private func trainingPass(images: Int, isTraining: Bool, step: Int) -> TrainingPass {
    TrainingPass(
      images: images, isTraining: isTraining, step: step, parameters: store.parameters,
      gradients: store.gradients, pool: pool)
  }
}
