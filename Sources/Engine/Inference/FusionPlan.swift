import Architectures
import Kernels

/// A graph cut into the steps of inference: each an operation together with the batch norm,
/// residual sum and activation behind it that its kernel applies on the way out.
///
///     convolution ─ batch norm ─ activation            one step
///     convolution ─ batch norm ─ add ─ activation      one step, with a residual
///     mixed depthwise ─ batch norm ─ activation        one step
///     product with factors per channel ─ 1×1 …         one step, with a gate
///     1×1 ─ … ─ depthwise ─ …, of large images         one step, with an expansion
///     depthwise ─ …, read by a global average pool     one step, which sums up rows for the pool
///     dropout                                          none
///
/// A node is absorbed only if nothing else reads what stands before it.
struct FusionPlan {
  /// An operation with what its weights and its kernel's way out take in.
  struct Layer: Equatable {
    var node: Int
    /// A batch-norm node behind `node` that its weights take in.
    var normalization: Int?
    var activation: Activation?
  }

  struct Step: Equatable {
    var layer: Layer
    /// Nodes whose values it reads; a residual comes behind, as the last.
    var inputs: [Int]
    /// A node whose value the first input's channels are multiplied by as they are read: the
    /// factors of a squeeze-and-excitation.
    var gate: Int?
    var expansion: Expansion?
    /// The node of a global average pool for which the step sums up the rows of what it writes.
    var pool: Int?
    var hasResidual = false
    /// The node whose value the step writes.
    var output: Int

    var node: Int { layer.node }
    /// The nodes of all its layers, in the order in which they run.
    var nodes: [Int] { [expansion?.layer.node, node].compactMap { $0 } }
  }

  /// A pointwise convolution that makes of a step's input what its operation reads, a band of rows
  /// at a time.
  struct Expansion: Equatable {
    var layer: Layer
    var bands: ExpansionBands
  }

  /// In the order in which they run.
  let steps: [Step]
  /// The node whose value the network returns.
  let output: Int

  /// - Parameters:
  ///   - nearFloats: floats of a tensor that is near when it is read again, in the second-level
  ///     cache.
  ///   - parts: that share each step.
  init(_ graph: NetworkGraph, nearFloats: Int, parts: Int = 1) {
    let reader = Reader(graph)
    var steps: [Step] = []
    var absorbed = Set<Int>()
    for node in graph.nodes.indices where !absorbed.contains(node) {
      switch graph.nodes[node].operation {
      case .input, .dropout: continue
      default: break
      }
      if reader.isGate(node) { continue }
      let step = reader.step(from: node, absorbed: &absorbed)
      steps.append(step)
    }
    // A step runs where its last node stands: by then its residual has been computed.
    steps.sort { $0.output < $1.output }
    steps = reader.expanding(steps) {
      ExpansionBands($0, nearFloats: nearFloats, parts: parts)
    }
    self.steps = reader.pooling(steps)
    output = reader.source(of: graph.nodes.count - 1)
  }
}

/// Who reads what in a graph without its dropouts.
private struct Reader {
  let graph: NetworkGraph
  private let readers: [[Int]]

  init(_ graph: NetworkGraph) {
    self.graph = graph
    readers = graph.readers
  }

  /// The node whose value `node` passes on.
  func source(of node: Int) -> Int {
    guard case .dropout = graph.nodes[node].operation else { return node }
    return source(of: graph.nodes[node].inputs[0])
  }

  /// Whether a node is a product with factors per channel that its only reader, a pointwise
  /// convolution, takes on.
  func isGate(_ node: Int) -> Bool {
    guard case .multiply = graph.nodes[node].operation,
      graph.inputShapes(of: node)[1].isVector, !graph.nodes[node].shape.isVector,
      let reader = onlyReader(of: node),
      case .convolution(let convolution) = graph.nodes[reader].operation
    else { return false }
    return convolution.isPointwise
  }

  func step(from node: Int, absorbed: inout Set<Int>) -> FusionPlan.Step {
    let operation = graph.nodes[node].operation
    var step = FusionPlan.Step(
      layer: FusionPlan.Layer(node: node), inputs: graph.nodes[node].inputs.map(source),
      output: node)
    if step.inputs.count == 1, isGate(step.inputs[0]) {
      let factors = graph.nodes[step.inputs[0]].inputs.map(source)
      step.inputs[0] = factors[0]
      step.gate = factors[1]
    }
    if operation.hasWeights, let next = onlyReader(of: node),
      case .batchNormalization = graph.nodes[next].operation
    {
      absorbed.insert(next)
      step.layer.normalization = next
      step.output = next
    }
    if addsResidual(node), let next = onlyReader(of: step.output), !absorbed.contains(next),
      case .add = graph.nodes[next].operation,
      let residual = graph.nodes[next].inputs.map(source).first(where: { $0 != step.output })
    {
      absorbed.insert(next)
      step.inputs.append(residual)
      step.hasResidual = true
      step.output = next
    }
    if operation.appliesActivation, let next = onlyReader(of: step.output),
      case .activation(let activation) = graph.nodes[next].operation
    {
      absorbed.insert(next)
      step.layer.activation = activation
      step.output = next
    }
    return step
  }

  /// The same steps, with pointwise convolutions taken into the depthwise ones behind them, the
  /// only ones to read their values, where these go through them in bands.
  func expanding(
    _ steps: [FusionPlan.Step], bands: (DepthwiseLayout) -> ExpansionBands?
  ) -> [FusionPlan.Step] {
    var steps = steps
    var taken = Set<Int>()
    for index in steps.indices {
      guard let layout = graph.depthwiseLayout(of: steps[index].node, vectorWidth: 1),
        let bands = bands(layout),
        let first = steps.firstIndex(where: { $0.output == steps[index].inputs[0] }),
        isExpansion(steps[first]), onlyReader(of: steps[first].output) == steps[index].node
      else { continue }
      steps[index].expansion = FusionPlan.Expansion(layer: steps[first].layer, bands: bands)
      steps[index].inputs = steps[first].inputs
      taken.insert(first)
    }
    return steps.indices.filter { !taken.contains($0) }.map { steps[$0] }
  }

  /// The same steps, with depthwise convolutions summing up rows for the pools that read them.
  func pooling(_ steps: [FusionPlan.Step]) -> [FusionPlan.Step] {
    var steps = steps
    for reader in steps {
      guard case .globalAveragePool = graph.nodes[reader.node].operation,
        let index = steps.firstIndex(where: { $0.output == reader.inputs[0] }),
        steps[index].pool == nil,
        graph.depthwiseLayout(of: steps[index].node, vectorWidth: 1) != nil
      else { continue }
      steps[index].pool = reader.node
    }
    return steps
  }

  private func isExpansion(_ step: FusionPlan.Step) -> Bool {
    guard case .convolution(let convolution) = graph.nodes[step.node].operation else {
      return false
    }
    return convolution.isPointwise && !step.hasResidual && step.gate == nil
  }

  /// Whether it runs as a matrix product, which can add a residual.
  private func addsResidual(_ node: Int) -> Bool {
    switch graph.nodes[node].operation {
    case .convolution(let convolution):
      convolution.isPointwise || !convolution.isDepthwise(of: graph.inputShapes(of: node)[0])
    case .dense: true
    default: false
    }
  }

  /// Nil also for the node whose value the network returns.
  private func onlyReader(of node: Int) -> Int? {
    guard readers[node].count == 1 else { return nil }
    let reader = readers[node][0]
    if case .dropout = graph.nodes[reader].operation { return onlyReader(of: reader) }
    return reader
  }
}

extension Operation {
  /// Whether a batch norm behind it is a change of its weights.
  fileprivate var hasWeights: Bool {
    switch self {
    case .convolution, .mixedDepthwise, .dense: true
    default: false
    }
  }

  /// Whether its step ends with an activation of choice.
  fileprivate var appliesActivation: Bool {
    switch self {
    case .convolution, .mixedDepthwise, .dense, .batchNormalization, .add: true
    default: false
    }
  }
}
