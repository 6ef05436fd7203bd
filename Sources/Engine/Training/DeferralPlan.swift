import Architectures

/// Which batch norms leave their passes over memory to the layers around them, and which values
/// are therefore never stored.
///
/// Three patterns are known, apart from `ExpansionChain`, and everything else is computed and
/// stored step by step:
///
///     convolution ─ batch norm                       the convolution sums up the moments, and
///                                                    corrects the gradient as it reads it
///     batch norm ─ activation ─ one layer            the layer normalises as it reads, and sums
///                                                    up the gradient as it writes it
///     batch norm ─ activation ─┬─ pool ─ … ─┐        squeeze-and-excitation in front of a
///                              └─ multiply ─┴─ 1×1   pointwise convolution: likewise, all as one
///                                                    layer
struct DeferralPlan {
  struct Normalization {
    /// The node whose values it normalises.
    let source: Int
    /// The convolution in front writes the moments and corrects the gradient.
    var sourceTakesPart = false
    /// Its readers normalise as they read, so its output is not stored.
    var isDeferred = false
    /// The only layer that reads it takes the gradient through the activation.
    var readerReduces = false
  }

  /// By batch-norm node, without those inside of expansions.
  private(set) var normalizations: [Int: Normalization] = [:]
  /// Chains that train as one layer, by their first node.
  private(set) var expansions: [Int: ExpansionChain] = [:]
  /// Likewise.
  private(set) var excitations: [Int: SqueezeExcitationChain] = [:]
  /// The batch norm that has still to be applied to a node's stored value, by node: of the batch
  /// norm itself or the activation behind it.
  private(set) var deferred: [Int: Int] = [:]

  private let graph: NetworkGraph
  private let readers: [[Int]]

  init(_ graph: NetworkGraph) {
    self.graph = graph
    readers = graph.readers
    for index in graph.nodes.indices {
      expansions[index] = ExpansionChain(at: index, in: graph, readers: readers)
    }
    for (index, node) in graph.nodes.enumerated() {
      guard case .batchNormalization = node.operation, expansions[node.inputs[0]] == nil
      else { continue }
      normalizations[index] = plan(index, source: node.inputs[0])
    }
  }

  /// The activation that a batch norm's layer takes in: its only reader.
  func activation(behind normalization: Int) -> (node: Int, function: Activation)? {
    guard let reader = onlyReader(of: normalization),
      case .activation(let function) = graph.nodes[reader].operation
    else { return nil }
    return (reader, function)
  }

  /// The node that stores what stands for a node's value.
  func source(of node: Int) -> Int {
    deferred[node].flatMap { normalizations[$0]?.source } ?? node
  }

  /// The batch norm that the layer writing `node` takes part in.
  func normalization(fedBy node: Int) -> Int? {
    guard let reader = readers[node].first, normalizations[reader]?.sourceTakesPart == true
    else { return nil }
    return reader
  }

  /// The batch norm whose gradient the layer reading `node` takes through the activation.
  func normalization(reducedThrough node: Int) -> Int? {
    guard let normalization = deferred[node],
      normalizations[normalization]?.readerReduces == true
    else { return nil }
    return normalization
  }

  // MARK: Deciding

  private mutating func plan(_ node: Int, source: Int) -> Normalization {
    var plan = Normalization(source: source)
    plan.sourceTakesPart = onlyReader(of: source) == node && writesMoments(source)
    let output = activation(behind: node)?.node ?? node
    if let reader = onlyReader(of: output), readsDeferred(reader, at: output) {
      plan.isDeferred = true
      plan.readerReduces = reducesGradients(reader)
      deferred[output] = node
    } else if let chain = SqueezeExcitationChain(behind: output, in: graph, readers: readers),
      expansions[chain.projection] == nil
    {
      plan.isDeferred = true
      plan.readerReduces = true
      deferred[output] = node
      excitations[chain.pool] = chain
    }
    return plan
  }

  /// Nil also for the node whose value the network returns.
  private func onlyReader(of node: Int) -> Int? {
    readers[node].count == 1 ? readers[node][0] : nil
  }

  private func writesMoments(_ node: Int) -> Bool {
    switch graph.nodes[node].operation {
    case .convolution, .mixedDepthwise: true
    default: false
    }
  }

  private func readsDeferred(_ reader: Int, at node: Int) -> Bool {
    switch graph.nodes[reader].operation {
    case .convolution(let convolution):
      convolution.isPointwise || convolution.trainsDepthwise(of: graph.nodes[node].shape)
    case .mixedDepthwise, .globalAveragePool, .add: true
    default: false
    }
  }

  private func reducesGradients(_ reader: Int) -> Bool {
    if case .add = graph.nodes[reader].operation { false } else { true }
  }
}

extension Convolution {
  /// Whether the depthwise kernels train it. With a bias it goes the general way, for lack of a
  /// reason to be fast.
  func trainsDepthwise(of input: TensorShape) -> Bool { isDepthwise(of: input) && !hasBias }
}
