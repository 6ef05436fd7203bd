import Architectures

/// Squeeze-and-excitation and the 1×1 convolution behind it, behind a value that nothing else
/// reads:
///
///     value ─┬─ mean ─ 1×1 ─ activation ─ 1×1 ─ activation ─┐
///            └───────────────────────────────────── product ┴─ 1×1
///
/// `SqueezeExcitationLayer` trains such a chain as one.
struct SqueezeExcitationChain {
  let pool: Int
  /// Between the means and the factors, in order: 1×1 convolutions or dense layers, and
  /// activations.
  let gate: [Int]
  let multiply: Int
  let projection: Int

  /// Nodes that are not layers of their own.
  var taken: Set<Int> { Set(gate + [multiply, projection]) }
}

extension SqueezeExcitationChain {
  /// The chain that reads a node's value; nil if there is none.
  ///
  /// - Parameter readers: `graph.readers`.
  init?(behind value: Int, in graph: NetworkGraph, readers: [[Int]]) {
    func isPool(_ node: Int) -> Bool {
      if case .globalAveragePool = graph.nodes[node].operation { true } else { false }
    }
    guard readers[value].count == 2, !graph.nodes[value].shape.isVector,
      let pool = readers[value].first(where: isPool),
      let multiply = readers[value].first(where: { $0 != pool }),
      case .multiply = graph.nodes[multiply].operation, graph.nodes[multiply].inputs[0] == value,
      readers[multiply].count == 1, graph.isPointwise(readers[multiply][0])
    else { return nil }
    var gate: [Int] = []
    var node = pool
    while readers[node].count == 1, readers[node][0] != multiply {
      node = readers[node][0]
      guard graph.canBeOfGate(node) else { return nil }
      gate.append(node)
    }
    guard readers[node].count == 1 else { return nil }
    self.pool = pool
    self.gate = gate
    self.multiply = multiply
    projection = readers[multiply][0]
  }
}

extension NetworkGraph {
  fileprivate func isPointwise(_ node: Int) -> Bool {
    if case .convolution(let convolution) = nodes[node].operation {
      convolution.isPointwise
    } else {
      false
    }
  }

  fileprivate func canBeOfGate(_ node: Int) -> Bool {
    switch nodes[node].operation {
    case .activation, .dense: true
    default: isPointwise(node)
    }
  }
}
