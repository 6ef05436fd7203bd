import Architectures
import Kernels
import Randomness

/// A layer with its place in the graph.
struct PlannedLayer {
  var layer: any TrainingLayer
  /// Nodes whose values it reads.
  var inputs: [Int]
  /// The node whose value it writes: that of the activation, if one is taken in.
  var output: Int
}

extension NetworkGraph {
  /// The layers that train this graph, in the order of execution. An activation that is the only
  /// reader of a batch norm becomes part of its layer.
  func trainingLayers(
    batchSize: Int, kernels: KernelSet, random: RandomStream, weights: NetworkWeights
  ) -> [PlannedLayer] {
    var offsets = [[ParameterTensor.Role: Int]](repeating: [:], count: nodes.count)
    for (tensor, offset) in zip(weights.tensors, weights.offsets) {
      offsets[tensor.node][tensor.role] = offset
    }
    var layers: [PlannedLayer] = []
    var taken = Set<Int>()
    for (index, node) in nodes.enumerated() where !taken.contains(index) {
      if case .input = node.operation { continue }
      let site = LayerSite(
        name: node.name, inputs: inputShapes(of: index), output: node.shape,
        batchSize: batchSize, kernels: kernels, offsets: offsets[index])
      let activation = activation(takenInBy: index)
      if let activation { taken.insert(activation.node) }
      layers.append(
        PlannedLayer(
          layer: node.operation.trainingLayer(
            site, followedBy: activation?.function, random: random),
          inputs: node.inputs, output: activation?.node ?? index))
    }
    return layers
  }

  private func activation(takenInBy node: Int) -> (node: Int, function: Activation)? {
    guard case .batchNormalization = nodes[node].operation else { return nil }
    let readers = consumers(of: node)
    guard readers.count == 1, case .activation(let function) = nodes[readers[0]].operation else {
      return nil
    }
    return (readers[0], function)
  }
}

extension Operation {
  fileprivate func trainingLayer(
    _ site: LayerSite, followedBy activation: Activation?, random: RandomStream
  ) -> any TrainingLayer {
    switch self {
    case .input: preconditionFailure("the input is not a layer")
    case .convolution(let convolution): convolution.trainingLayer(site)
    case .mixedDepthwise(let depthwise): MixedDepthwiseLayer(depthwise, site)
    case .batchNormalization(let normalization):
      BatchNormalizationLayer(normalization, followedBy: activation, site)
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
