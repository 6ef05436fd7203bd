import Architectures
import Kernels

/// What a training step runs, and where everything lies: layers, their buffers, and the sums of
/// gradients where a value has several readers. Made once; a step follows it.
///
/// Time runs 0 (the batch is written), 1 … L (forward), L + 1 (loss), L + 2 … 2L + 1 (backward).
/// A buffer's life is a range of these, and buffers that are never alive together share memory.
struct TrainingPlan {
  struct Step {
    var layer: any TrainingLayer
    var buffers: LayerBuffers
    /// False where no gradient arrives, as in a branch that the output does not depend on.
    var runsBackward: Bool
    var additions: [Addition]
  }

  /// A gradient that a layer wrote aside, to be added to those of other readers of the value.
  struct Addition {
    var gradient: Input
    var addend: Input
    var sum: Output
    /// Per image.
    var count: Int
  }

  let arena: Arena
  let steps: [Step]
  let input: Output
  let logits: Output
  let logitsGradient: Output
  /// Nil unless asked for.
  let inputGradient: Output?
  /// Bytes that are alive at the busiest moment; the arena may be a little larger.
  let leastBytes: Int

  init(
    graph: NetworkGraph, layers: [PlannedLayer], deferral: DeferralPlan, batchSize: Int,
    needsInputGradient: Bool, kernels: KernelSet
  ) throws(MemoryShortage) {
    var memory = MemoryPlan()
    let timeline = Timeline(layers: layers.count)
    let values = ValuePlan(
      graph: graph, layers: layers, deferral: deferral, batchSize: batchSize,
      timeline: timeline, memory: &memory)
    let normalizations = NormalizationPlan(
      layers: layers, deferral: deferral, batchSize: batchSize, timeline: timeline,
      memory: &memory)
    let gradients = GradientPlan(
      graph: graph, layers: layers, batchSize: batchSize, timeline: timeline,
      needsInputGradient: needsInputGradient, memory: &memory)
    let own = layers.enumerated().map { index, planned in
      OwnBuffers(
        planned.layer.needs, forward: timeline.forward(index), backward: timeline.backward(index),
        memory: &memory)
    }
    leastBytes = memory.lowerBound * MemoryLayout<Float>.stride

    let placement = memory.placed()
    let arena = try Arena(count: placement.count)
    func place(_ buffer: MemoryPlan.Buffer) -> Output {
      arena.base + placement.offsets[buffer.index]
    }
    let states = normalizations.buffers(place)
    /// What is still to be done to a node's stored value.
    func transform(_ node: Int) -> ChannelTransform? {
      deferral.deferred[node].flatMap { states[$0]?.transform }
    }
    func reduction(_ node: Int) -> BlockReduction? {
      deferral.normalization(reducedThrough: node).flatMap { states[$0] }
        .map { $0.blockReduction(of: place(values.buffers[node]), kernels.normalization) }
    }
    steps = layers.indices.map { index in
      let planned = layers[index]
      let reverse = gradients.layers[index]
      let output = place(values.buffers[planned.output])
      let fed = deferral.normalization(fedBy: planned.output).flatMap { states[$0] }
      return Step(
        layer: planned.layer,
        buffers: LayerBuffers(
          inputs: planned.inputs.map { Input(place(values.buffers[$0])) },
          transforms: planned.inputs.map(transform), output: output,
          moments: fed?.blockMoments(kernels.normalization),
          // Never read where there is no gradient.
          outputGradient: reverse.outputGradient.map { Input(place($0)) } ?? Input(output),
          correction: fed?.correction(of: output),
          inputGradients: zip(reverse.targets, planned.inputs).map { target, node in
            target.map {
              GradientTarget(
                values: place($0.values), addend: $0.addend.map { Input(place($0)) },
                reduction: reduction(node))
            }
          },
          kept: own[index].kept.map(place), scratch: own[index].scratch.map(place),
          reverseScratch: own[index].reverseScratch.map(place),
          normalization: states[planned.node]),
        runsBackward: reverse.outputGradient != nil,
        additions: reverse.additions.map {
          Addition(
            gradient: Input(place($0.gradient)), addend: Input(place($0.addend)),
            sum: place($0.sum), count: graph.nodes[$0.node].shape.elementCount)
        })
    }
    input = place(values.buffers[0])
    logits = place(values.buffers[graph.nodes.count - 1])
    logitsGradient = place(gradients.output)
    inputGradient = gradients.input.map(place)
    self.arena = arena
  }
}

/// When each layer runs.
struct Timeline {
  let layers: Int

  var input: Int { 0 }
  func forward(_ layer: Int) -> Int { layer + 1 }
  var loss: Int { layers + 1 }
  func backward(_ layer: Int) -> Int { 2 * layers + 1 - layer }
  var end: Int { 2 * layers + 2 }
}

/// Buffers that no other layer sees.
private struct OwnBuffers {
  let kept: [MemoryPlan.Buffer]
  let scratch: [MemoryPlan.Buffer]
  let reverseScratch: [MemoryPlan.Buffer]

  init(_ needs: LayerNeeds, forward: Int, backward: Int, memory: inout MemoryPlan) {
    kept = needs.kept.map { memory.add(count: $0, alive: forward...backward) }
    scratch = needs.scratch.map { memory.add(count: $0, alive: forward...forward) }
    reverseScratch = needs.reverseScratch.map {
      memory.add(count: $0, alive: backward...backward)
    }
  }
}
