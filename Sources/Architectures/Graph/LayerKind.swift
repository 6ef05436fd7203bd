/// The part that a layer with weights plays in a network, for summaries by kind.
package enum LayerKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// A dense convolution that reads the image.
  case stem
  case depthwise
  /// The 1×1 half of a separable convolution, or any other of that name.
  case pointwise
  /// A 1×1 convolution that puts out more channels than it reads.
  case pointwiseExpand = "pointwise-expand"
  case pointwiseProject = "pointwise-project"
  case squeezeExcitation = "squeeze-excitation"
  /// The 1×1 convolution before the last pooling.
  case head
  case dense
  /// Any other convolution.
  case convolution
}

/// What all layers of one kind hold and do.
package struct KindCosts: Sendable, Hashable {
  package var kind: LayerKind
  package var layers = 0
  /// Weights alone, without biases and batch norm.
  package var weights = 0
  package var multiplyAdds = 0
}

extension NetworkGraph {
  /// The kind of a node, nil for one without weights of its own or for batch norm.
  ///
  /// The names that `Genome.graph` gives decide, and in other networks the layer's structure.
  package func kind(of node: Int) -> LayerKind? {
    let path = nodes[node].name.split(separator: ".")
    switch nodes[node].operation {
    case .mixedDepthwise: return .depthwise
    case .dense: return .dense
    case .convolution(let convolution):
      let inputs = inputShapes(of: node)[0].channels
      if path.contains("squeeze-excitation") { return .squeezeExcitation }
      if path.contains("expand") { return .pointwiseExpand }
      if path.contains("pointwise") { return .pointwise }
      if path.contains("project") { return .pointwiseProject }
      if path.first == "head" { return .head }
      if nodes[node].inputs == [0] { return .stem }
      if convolution.groups == inputs, convolution.outputChannels == inputs { return .depthwise }
      guard convolution.kernel == Extent(1) else { return .convolution }
      return convolution.outputChannels > inputs ? .pointwiseExpand : .pointwiseProject
    case .input, .batchNormalization, .activation, .globalAveragePool, .pool, .add, .multiply,
      .concatenate, .slice, .channelShuffle, .dropout:
      return nil
    }
  }

  /// Sums by kind, in the order of `LayerKind.allCases`, without the kinds that don't occur.
  package var costsByKind: [KindCosts] {
    var sums: [LayerKind: KindCosts] = [:]
    for index in nodes.indices {
      guard let kind = kind(of: index) else { continue }
      let weights = parameterTensors(of: index).filter { $0.role == .weight }
      sums[kind, default: KindCosts(kind: kind)].layers += 1
      sums[kind, default: KindCosts(kind: kind)].weights += weights.reduce(0) { $0 + $1.count }
      sums[kind, default: KindCosts(kind: kind)].multiplyAdds += multiplyAdds(of: index)
    }
    return LayerKind.allCases.compactMap { sums[$0] }
  }
}
