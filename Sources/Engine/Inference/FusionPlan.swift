import Architectures

/// A graph cut into the steps of inference: each an operation together with the batch norm,
/// residual sum and activation behind it that its kernel applies on the way out.
///
///     convolution ─ batch norm ─ activation            one step
///     convolution ─ batch norm ─ add ─ activation      one step, with a residual
///     mixed depthwise ─ batch norm ─ activation        one step
///     product with factors per channel ─ 1×1 …         one step, with a gate
///     dropout                                          none
///
/// A node is absorbed only if nothing else reads what stands before it.
struct FusionPlan {
  struct Step: Equatable {
    /// The node whose operation runs.
    var node: Int
    /// Nodes whose values it reads; a residual comes behind, as the last.
    var inputs: [Int]
    /// A node whose value the first input's channels are multiplied by as they are read: the
    /// factors of a squeeze-and-excitation.
    var gate: Int?
    /// A batch-norm node behind `node` that its weights take in.
    var normalization: Int?
    var hasResidual = false
    var activation: Activation?
    /// The node whose value the step writes.
    var output: Int
  }

  /// In the order in which they run.
  let steps: [Step]
  /// The node whose value the network returns.
  let output: Int

  init(_ graph: NetworkGraph) {
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
    self.steps = steps.sorted { $0.output < $1.output }
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
      node: node, inputs: graph.nodes[node].inputs.map(source), output: node)
    if step.inputs.count == 1, isGate(step.inputs[0]) {
      let factors = graph.nodes[step.inputs[0]].inputs.map(source)
      step.inputs[0] = factors[0]
      step.gate = factors[1]
    }
    if operation.hasWeights, let next = onlyReader(of: node),
      case .batchNormalization = graph.nodes[next].operation
    {
      absorbed.insert(next)
      step.normalization = next
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
      step.activation = activation
      step.output = next
    }
    return step
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
