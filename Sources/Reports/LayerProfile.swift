import Architectures

/// Where a network's time goes: by kind of layer, and layer by layer.
package struct LayerProfile: Encodable {
  package struct Layer: Encodable {
    /// Of the layer's first node.
    let name: String
    let kind: String
    /// Forward, and in training backward.
    let milliseconds: Double
    let forwardMilliseconds: Double
    let backwardMilliseconds: Double?
    /// Of convolutions and dense layers; 0 elsewhere.
    let gflops: Double
  }

  struct Kind: Encodable {
    let kind: String
    let layers: Int
    let milliseconds: Double
    let share: Double
    let gflops: Double
  }

  let layers: [Layer]
  /// The longest first.
  let kinds: [Kind]
  let milliseconds: Double

  /// - Parameter times: per layer the names of its nodes and its milliseconds, backward in
  ///   training alone.
  package init(
    graph: NetworkGraph, batch: Int,
    times: [(nodes: [String], forward: Double, backward: Double?)]
  ) {
    func rate(_ operations: Double, _ milliseconds: Double) -> Double {
      milliseconds > 0 ? operations / milliseconds / 1e6 : 0
    }
    var operations: [Double] = []
    var layers: [Layer] = []
    for time in times {
      let name = time.nodes.first ?? "?"
      let nodes = time.nodes.compactMap(graph.node(named:))
      let multiplyAdds = nodes.reduce(0) { $0 + graph.multiplyAdds(of: $1) }
      // Backward: for the gradient of the input, and for that of the weights.
      let perMultiplyAdd = time.backward == nil ? 2 : 6
      let milliseconds = time.forward + (time.backward ?? 0)
      operations.append(Double(perMultiplyAdd * batch * multiplyAdds))
      layers.append(
        Layer(
          name: name, kind: graph.kindName(of: nodes) ?? name,
          milliseconds: milliseconds, forwardMilliseconds: time.forward,
          backwardMilliseconds: time.backward,
          gflops: rate(operations[operations.count - 1], milliseconds)))
    }
    let total = layers.reduce(0) { $0 + $1.milliseconds }
    self.layers = layers
    milliseconds = total
    kinds = Dictionary(grouping: layers.indices) { layers[$0].kind }
      .map { kind, members in
        let milliseconds = members.reduce(0) { $0 + layers[$1].milliseconds }
        return Kind(
          kind: kind, layers: members.count, milliseconds: milliseconds,
          share: total > 0 ? milliseconds / total : 0,
          gflops: rate(members.reduce(0) { $0 + operations[$1] }, milliseconds))
      }
      .sorted { ($1.milliseconds, $0.kind) < ($0.milliseconds, $1.kind) }
  }

  /// How many layers are listed unless all are asked for.
  static let slowest = 12

  /// - Parameter allLayers: every layer in order, not the slowest alone.
  package func rendered(allLayers: Bool = false) -> String {
    var table = TextTable(columns: [
      .left("kind"), .right("layers"), .right("time"), .right("share"), .right("GFLOP/s"),
    ])
    for kind in kinds {
      table.addRow([
        kind.kind, "\(kind.layers)", Numbers.milliseconds(kind.milliseconds),
        Numbers.percent(kind.share), Self.rate(kind.gflops),
      ])
    }
    table.addRule()
    table.addRow(["all", "\(layers.count)", Numbers.milliseconds(milliseconds), "", ""])
    return table.rendered + "\n" + layerTable(allLayers: allLayers)
  }

  private func layerTable(allLayers: Bool) -> String {
    let isTraining = layers.contains { $0.backwardMilliseconds != nil }
    var table = TextTable(
      columns: [
        .left(allLayers ? "layer" : "slowest layers"), .left("kind"), .right("time"),
        .right("share"),
      ] + (isTraining ? [.right("forward"), .right("backward")] : []) + [.right("GFLOP/s")])
    let shown =
      allLayers
      ? layers : Array(layers.sorted { $0.milliseconds > $1.milliseconds }.prefix(Self.slowest))
    for layer in shown {
      let share = milliseconds > 0 ? layer.milliseconds / milliseconds : 0
      table.addRow(
        [layer.name, layer.kind, Numbers.milliseconds(layer.milliseconds), Numbers.percent(share)]
          + (isTraining
            ? [
              Numbers.milliseconds(layer.forwardMilliseconds),
              layer.backwardMilliseconds.map(Numbers.milliseconds) ?? "–",
            ] : [])
          + [Self.rate(layer.gflops)])
    }
    return table.rendered
  }

  private static func rate(_ gflops: Double) -> String {
    gflops > 0 ? Numbers.fixed(gflops, 1) : "–"
  }
}

extension NetworkGraph {
  /// What a layer of some nodes counts as in a profile: a layer of several convolutions as all
  /// their kinds, any other as its first node.
  fileprivate func kindName(of nodes: [Int]) -> String? {
    let convolutions = nodes.filter { multiplyAdds(of: $0) > 0 }
    let named = convolutions.isEmpty ? Array(nodes.prefix(1)) : convolutions
    var kinds: [String] = []
    for kind in named.map(kindName) where !kinds.contains(kind) { kinds.append(kind) }
    return kinds.isEmpty ? nil : kinds.joined(separator: " + ")
  }

  /// What a node counts as.
  fileprivate func kindName(of node: Int) -> String {
    if nodes[node].section.hasSuffix("squeeze-excitation") { return "squeeze-excitation" }
    guard case .convolution(let convolution) = nodes[node].operation else {
      return nodes[node].operation.category
    }
    switch kind(of: node) {
    case .stem: return "stem"
    case .depthwise: return "depthwise"
    default: return convolution.kernel == Extent(1) ? "pointwise" : "convolution"
    }
  }
}
