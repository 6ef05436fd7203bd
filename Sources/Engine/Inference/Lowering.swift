import Architectures
import Kernels

/// Turns each fused step of a graph into a step on buffers.
struct Lowering {
  let graph: NetworkGraph
  let weights: NetworkWeights
  /// Where each node's value lies, once a step writes it.
  let values: [Int: MemoryPlan.Buffer]
  /// Sums of rows for the global average pools that have them.
  let rowSums: [Int: MemoryPlan.Buffer]
  var plan: InferencePlan

  /// - Parameter time: the step's place in the order of execution.
  mutating func lower(_ step: FusionPlan.Step, time: Int) -> any InferenceStep {
    let activation = KernelActivation(step.layer.activation)
    switch graph.nodes[step.node].operation {
    case .convolution(let convolution):
      return lower(convolution, step, time: time)
    case .mixedDepthwise(let depthwise):
      return lower(depthwise, step, time: time)
    case .dense(let dense):
      let runs = [(rows: inputShape(step).channels, channels: dense.units)]
      let layer = FoldedLayer(step.layer, graph: graph, weights: weights, runs: runs)
      return productStep(
        step, layer, groups: [(inputShape(step).channels, dense.units)], time: time)
    case .batchNormalization(let normalization):
      let affine = ChannelAffine(normalization, node: step.node, weights: weights)
      return AffineStep(
        kernels: plan.kernels.normalization, rows: pixels(step), channels: channels(step),
        input: input(step), output: output(step),
        scale: plan.addConstants(affine.scale.map(Float.init)),
        shift: plan.addConstants(affine.shift.map(Float.init)), activation: activation)
    case .activation(let function):
      return ElementwiseStep(
        kernels: plan.kernels.elementwise, count: inputShape(step).elementCount,
        input: input(step), addend: nil, output: output(step),
        activation: KernelActivation(function))
    case .add:
      return ElementwiseStep(
        kernels: plan.kernels.elementwise, count: inputShape(step).elementCount,
        input: input(step), addend: input(step, 1), output: output(step), activation: activation)
    case .multiply:
      let isBroadcast = inputShape(step, 1).isVector
      let shape = inputShape(step)
      return ScaleStep(
        kernels: plan.kernels.elementwise, rows: isBroadcast ? pixels(step) : 1,
        channels: isBroadcast ? shape.channels : shape.elementCount,
        input: input(step), factor: input(step, 1), output: output(step))
    case .globalAveragePool:
      let sums = rowSums[step.node]
      return GlobalAverageStep(
        kernels: plan.kernels.elementwise, pixels: pixels(step),
        rows: sums == nil ? pixels(step) : inputShape(step).height, channels: channels(step),
        input: sums ?? input(step), output: output(step))
    case .pool(let pool):
      return PoolStep(
        kernels: plan.kernels.pooling, kind: pool.kind,
        geometry: pool.geometry(input: inputShape(step), output: graph.nodes[step.node].shape),
        input: input(step), output: output(step))
    case .concatenate:
      return concatenation(step)
    case .slice(let range):
      let copy = ChannelCopyStep.Copy(
        source: input(step), sourceChannels: channels(step), sourceChannel: range.lowerBound,
        channel: 0, count: range.count)
      return ChannelCopyStep(
        rows: pixels(step), channels: range.count, copies: [copy], output: output(step))
    case .channelShuffle(let groups):
      return ChannelShuffleStep(
        rows: pixels(step), channels: channels(step), groups: groups, input: input(step),
        output: output(step))
    case .input, .dropout:
      preconditionFailure("node \(step.node) takes no step")
    }
  }

  // MARK: Layers with weights

  private mutating func lower(
    _ convolution: Convolution, _ step: FusionPlan.Step, time: Int
  ) -> any InferenceStep {
    let input = graph.inputShapes(of: step.node)[0]
    let output = graph.nodes[step.node].shape
    let taps = convolution.kernel.height * convolution.kernel.width
    let groups = convolution.groupChannels(inputChannels: input.channels)
    let layer = FoldedLayer(
      step.layer, graph: graph, weights: weights,
      runs: groups.map { (rows: taps * $0.inputs, channels: $0.outputs) })
    if convolution.isPointwise { return productStep(step, layer, groups: groups, time: time) }
    if let layout = layout(step) {
      // From [channels, taps] to [taps, channels].
      let channels = convolution.outputChannels
      let weights = (0..<taps).flatMap { tap in
        (0..<channels).map { layer.weights[$0 * taps + tap] }
      }
      return depthwise(layout, weights: weights, bias: layer.bias, step, time: time)
    }
    let geometry = convolution.geometry(input: input, output: output)
    let blocks = matrixBlocks(layer, groups: groups, taps: taps)
    let chunk = PatchProductStep.chunk(geometry, blocks: blocks)
    let scratchCount = MemoryPlan.workerStride(chunk.count)
    return PatchProductStep(
      patches: plan.kernels.patches, product: plan.kernels.pointwise, geometry: geometry,
      blocks: blocks, outputChannels: output.channels, input: self.input(step),
      output: self.output(step), bias: layer.bias.map { plan.addConstants($0) },
      residual: residual(step), activation: KernelActivation(step.layer.activation),
      scratch: plan.memory.add(count: scratchCount * plan.parts, alive: time...time),
      scratchCount: scratchCount, rowsAtOnce: chunk.rows)
  }

  private func layout(_ step: FusionPlan.Step) -> DepthwiseLayout? {
    graph.depthwiseLayout(of: step.node, vectorWidth: plan.kernels.vectorWidth)
  }

  private mutating func lower(
    _ depthwise: MixedDepthwise, _ step: FusionPlan.Step, time: Int
  ) -> DepthwiseStep {
    let layer = FoldedLayer(
      step.layer, graph: graph, weights: weights,
      runs: depthwise.groups.map { (rows: $0.kernel * $0.kernel, channels: $0.channels) })
    guard let layout = layout(step) else { preconditionFailure("depthwise layers have a layout") }
    return self.depthwise(layout, weights: layer.weights, bias: layer.bias, step, time: time)
  }

  /// - Parameter weights: `[taps, channels]`, group after group.
  private mutating func depthwise(
    _ layout: DepthwiseLayout, weights: [Float], bias: [Float]?, _ step: FusionPlan.Step,
    time: Int
  ) -> DepthwiseStep {
    let depthwise = plan.kernels.depthwise
    let scratchCount = MemoryPlan.workerStride(depthwise.scratchCount(layout))
    // The expansion's constants come first: it is what reads first.
    var expansion: DepthwiseStep.Expansion?
    if let fused = step.expansion { expansion = self.expansion(fused, layout, time: time) }
    return DepthwiseStep(
      kernels: depthwise, layout: layout, input: input(step), expansion: expansion,
      output: output(step),
      rowSums: step.pool.flatMap { rowSums[$0] },
      weights: plan.addConstants(count: layout.packedCount) { layout.pack(weights, into: $0) },
      bias: bias.map { plan.addConstants($0) },
      activation: KernelActivation(step.layer.activation),
      scratch: plan.memory.add(count: scratchCount * plan.parts, alive: time...time),
      scratchCount: scratchCount)
  }

  private mutating func expansion(
    _ expansion: FusionPlan.Expansion, _ layout: DepthwiseLayout, time: Int
  ) -> DepthwiseStep.Expansion {
    let layer = expansion.layer
    guard case .convolution(let convolution) = graph.nodes[layer.node].operation else {
      preconditionFailure("node \(layer.node) is no convolution")
    }
    let groups = convolution.groupChannels(
      inputChannels: graph.inputShapes(of: layer.node)[0].channels)
    let folded = FoldedLayer(
      layer, graph: graph, weights: weights,
      runs: groups.map { (rows: $0.inputs, channels: $0.outputs) })
    let rowFloats = layout.geometry.width * layout.geometry.channels
    let valueCount = MemoryPlan.workerStride(
      expansion.bands.inputRows * rowFloats + layout.vectorWidth)
    return DepthwiseStep.Expansion(
      product: matrixProduct(
        folded, groups: groups, activation: KernelActivation(layer.activation)),
      bands: expansion.bands,
      values: plan.memory.add(count: valueCount * plan.parts, alive: time...time),
      valueCount: valueCount)
  }

  private mutating func productStep(
    _ step: FusionPlan.Step, _ layer: FoldedLayer, groups: [(inputs: Int, outputs: Int)],
    time: Int
  ) -> MatrixProductStep {
    let product = matrixProduct(
      layer, groups: groups, slice: pixels(step) == 1 ? Self.slice : nil,
      activation: KernelActivation(step.layer.activation))
    return MatrixProductStep(
      product: product, rows: pixels(step), input: input(step),
      gate: gate(step, of: product, time: time), output: output(step), residual: residual(step))
  }

  private mutating func gate(
    _ step: FusionPlan.Step, of product: MatrixProduct, time: Int
  ) -> MatrixProductStep.Gate? {
    guard let gate = step.gate else { return nil }
    typealias Gate = MatrixProductStep.Gate
    let target = Gate.target(product, rows: pixels(step))
    let count =
      target == .weights ? product.weights.count : Gate.rows * product.inputChannels
    let scratchCount = MemoryPlan.workerStride(count)
    return Gate(
      target: target, kernels: plan.kernels.elementwise, factors: buffer(gate),
      scratch: plan.memory.add(count: plan.parts * scratchCount, alive: time...time),
      scratchCount: scratchCount)
  }

  private mutating func matrixProduct(
    _ layer: FoldedLayer, groups: [(inputs: Int, outputs: Int)], slice: Int? = nil,
    activation: KernelActivation
  ) -> MatrixProduct {
    MatrixProduct(
      kernels: plan.kernels.pointwise,
      blocks: matrixBlocks(layer, groups: groups, taps: 1, slice: slice),
      inputChannels: groups.reduce(0) { $0 + $1.inputs },
      outputChannels: groups.reduce(0) { $0 + $1.outputs },
      bias: layer.bias.map { plan.addConstants($0) }, activation: activation)
  }

  /// Output channels of one block of a layer on a single pixel, which has no rows to share out
  /// among threads.
  private static let slice = 128

  private mutating func matrixBlocks(
    _ layer: FoldedLayer, groups: [(inputs: Int, outputs: Int)], taps: Int, slice: Int? = nil
  ) -> [MatrixBlock] {
    var blocks: [MatrixBlock] = []
    var (inputChannel, outputChannel, offset) = (0, 0, 0)
    for (inputs, outputs) in groups {
      for first in stride(from: 0, to: outputs, by: slice ?? outputs) {
        let count = min(slice ?? outputs, outputs - first)
        let packed = plan.addMatrix(
          layer.weights, at: offset + first, inputs: taps * inputs, outputs: count,
          stride: outputs)
        blocks.append(
          MatrixBlock(
            inputChannel: inputChannel, inputs: inputs, outputChannel: outputChannel + first,
            outputs: count, weights: packed,
            weightCount: plan.kernels.pointwise.packedCount(taps * inputs, count)))
      }
      inputChannel += inputs
      outputChannel += outputs
      offset += taps * inputs * outputs
    }
    return blocks
  }

  private func concatenation(_ step: FusionPlan.Step) -> ChannelCopyStep {
    var channel = 0
    let copies = graph.nodes[step.node].inputs.indices.map { index in
      let count = inputShape(step, index).channels
      defer { channel += count }
      return ChannelCopyStep.Copy(
        source: input(step, index), sourceChannels: count, sourceChannel: 0, channel: channel,
        count: count)
    }
    return ChannelCopyStep(
      rows: pixels(step), channels: channel, copies: copies, output: output(step))
  }

  // MARK: What a step reads and writes

  private func buffer(_ node: Int) -> MemoryPlan.Buffer {
    guard let buffer = values[node] else {
      preconditionFailure("no step writes node \(node)")
    }
    return buffer
  }

  private func input(_ step: FusionPlan.Step, _ index: Int = 0) -> MemoryPlan.Buffer {
    buffer(step.inputs[index])
  }

  private func output(_ step: FusionPlan.Step) -> MemoryPlan.Buffer { buffer(step.output) }

  private func residual(_ step: FusionPlan.Step) -> MemoryPlan.Buffer? {
    step.hasResidual ? buffer(step.inputs[step.inputs.count - 1]) : nil
  }

  private func inputShape(_ step: FusionPlan.Step, _ index: Int = 0) -> TensorShape {
    graph.nodes[step.inputs[index]].shape
  }

  /// Pixels of the first input.
  private func pixels(_ step: FusionPlan.Step) -> Int {
    inputShape(step).height * inputShape(step).width
  }

  /// Channels of the first input.
  private func channels(_ step: FusionPlan.Step) -> Int { inputShape(step).channels }
}
