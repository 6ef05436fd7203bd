import Architectures
import Kernels
import Randomness

/// A layer with its place in the graph.
struct PlannedLayer {
  /// The node whose operation it is; of a chain, the first.
  var node: Int
  var layer: any TrainingLayer
  /// Nodes whose values it reads.
  var inputs: [Int]
  /// The node whose value it writes: that of the activation, if one is taken in; of a chain, the
  /// last.
  var output: Int
  /// Other nodes that it stands for.
  var taken: Set<Int> = []

  /// All nodes that it stands for, in order.
  var operations: [Int] { [node] + taken.sorted() }
}

extension NetworkGraph {
  /// The layers that train this graph, in the order of execution. An activation that is the only
  /// reader of a batch norm becomes part of its layer, an `ExpansionChain` or a
  /// `SqueezeExcitationChain` one layer.
  func trainingLayers(
    batchSize: Int, workers: Int, kernels: KernelSet, random: RandomStream,
    weights: NetworkWeights, deferral: DeferralPlan
  ) -> [PlannedLayer] {
    var offsets = [[ParameterTensor.Role: Int]](repeating: [:], count: nodes.count)
    for (tensor, offset) in zip(weights.tensors, weights.offsets) {
      offsets[tensor.node][tensor.role] = offset
    }
    func site(_ index: Int) -> LayerSite {
      LayerSite(
        name: nodes[index].name, inputs: inputShapes(of: index), output: nodes[index].shape,
        batchSize: batchSize, workers: workers, kernels: kernels, offsets: offsets[index])
    }
    var layers: [PlannedLayer] = []
    var taken = Set<Int>()
    for (index, node) in nodes.enumerated() where !taken.contains(index) {
      let layer: PlannedLayer
      switch node.operation {
      case .input: continue
      case .batchNormalization(let normalization):
        guard let plan = deferral.normalizations[index] else {
          preconditionFailure("\(node.name) is part of another layer")
        }
        let activation = deferral.activation(behind: index)
        layer = PlannedLayer(
          node: index,
          layer: BatchNormalizationLayer(
            normalization, followedBy: activation?.function, plan, site(index)),
          inputs: node.inputs, output: activation?.node ?? index,
          taken: Set(activation.map { [$0.node] } ?? []))
      default:
        if let chain = deferral.expansions[index] {
          layer = PlannedLayer(
            node: index, layer: ExpandedDepthwiseLayer(chain, in: self, site),
            inputs: node.inputs, output: chain.depthwise,
            taken: chain.taken.union([chain.depthwise]).subtracting([index]))
        } else if let chain = deferral.excitations[index] {
          layer = PlannedLayer(
            node: index, layer: SqueezeExcitationLayer(chain, in: self, site),
            inputs: node.inputs, output: chain.projection, taken: chain.taken)
        } else {
          layer = PlannedLayer(
            node: index,
            layer: node.operation.trainingLayer(site(index), random), inputs: node.inputs,
            output: index)
        }
      }
      taken.formUnion(layer.taken)
      layers.append(layer)
    }
    return layers
  }
}

extension Operation {
  /// - Precondition: it is no batch norm, which knows more.
  fileprivate func trainingLayer(
    _ site: LayerSite, _ random: RandomStream
  ) -> any TrainingLayer {
    switch self {
    case .input, .batchNormalization: preconditionFailure("\(site.name) is another layer")
    case .convolution(let convolution): convolution.trainingLayer(site)
    case .mixedDepthwise(let depthwise):
      MixedDepthwiseLayer(DepthwiseParameters(depthwise, site), site)
    case .activation(let activation): ActivationLayer(activation, site)
    case .globalAveragePool: GlobalAveragePoolLayer(site)
    case .pool(let pool): PoolLayer(pool, site)
    case .dense(let dense): DenseLayer(dense, site)
    case .add: AddLayer(site)
    case .multiply: MultiplyLayer(site)
    case .concatenate: ConcatenateLayer(site)
    case .slice(let channels): SliceLayer(channels, site)
    case .channelShuffle(let groups): ChannelShuffleLayer(groups: groups, site)
    case .dropout(let rate): DropoutLayer(rate: rate, random: random, site)
    }
  }
}
