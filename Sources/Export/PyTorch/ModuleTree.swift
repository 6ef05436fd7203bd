import Architectures
import WeightFiles

/// A network's nodes by the dots in their names: each section with what is in it.
///
///     blocks ─ 0 ─ expand ─ convolution, normalization, activation
///                ─ depthwise ─ …
///                ─ add
indirect enum ModuleTree {
  case node(Int)
  case section(Section)

  struct Section {
    /// Of the whole path, joined by dots; empty for the network.
    var path: String
    var children: [(name: String, tree: ModuleTree)]
    var nodes: Set<Int>
    /// The one node whose value is read from outside, or that is the network's output; nil
    /// where there are several, or where a path leads out of the section and back into it. A
    /// section without one can't be a module of its own.
    var output: Int?
    /// Nodes outside that nodes in the section read, in the order of their first use.
    var inputs: [Int]
  }

  /// The network without its input.
  static func root(of graph: NetworkGraph) throws(ExportError) -> Section {
    let names = graph.nodes.map { NetworkGraph.statePath($0.name) }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { throw .equalNames(name) }
    let paths = names.map { $0.split(separator: ".").map(String.init) }
    return try section("", Array(1..<graph.nodes.count), depth: 0, paths: paths, graph)
  }

  private static func section(
    _ path: String, _ nodes: [Int], depth: Int, paths: [[String]], _ graph: NetworkGraph
  ) throws(ExportError) -> Section {
    var order: [String] = []
    var members: [String: [Int]] = [:]
    for node in nodes {
      let name = paths[node][depth]
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(node)
    }
    var children: [(name: String, tree: ModuleTree)] = []
    for name in order {
      let own = members[name] ?? []
      let leaves = own.filter { paths[$0].count == depth + 1 }
      if let leaf = leaves.first {
        guard own.count == 1 else { throw .nameIsPath(graph.nodes[leaf].name) }
        children.append((name, .node(leaf)))
      } else {
        let below = path.isEmpty ? name : "\(path).\(name)"
        children.append(
          (name, .section(try section(below, own, depth: depth + 1, paths: paths, graph))))
      }
    }
    let set = Set(nodes)
    return Section(
      path: path, children: children, nodes: set, output: output(of: set, in: graph),
      inputs: inputs(of: nodes, set, in: graph))
  }

  private static func inputs(
    of nodes: [Int], _ set: Set<Int>, in graph: NetworkGraph
  ) -> [Int] {
    var inputs: [Int] = []
    for node in nodes {
      for input in graph.nodes[node].inputs where !set.contains(input) && !inputs.contains(input) {
        inputs.append(input)
      }
    }
    return inputs
  }

  private static func output(of set: Set<Int>, in graph: NetworkGraph) -> Int? {
    var outputs: Set<Int> = set.contains(graph.nodes.count - 1) ? [graph.nodes.count - 1] : []
    // Nodes outside that something in the section leads to.
    var behind: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() {
      if set.contains(index) {
        if !behind.isDisjoint(with: node.inputs) { return nil }
      } else {
        outputs.formUnion(node.inputs.filter(set.contains))
        if node.inputs.contains(where: { set.contains($0) || behind.contains($0) }) {
          behind.insert(index)
        }
      }
    }
    return outputs.count == 1 ? outputs.first : nil
  }
}

extension ModuleTree {
  /// The node whose value this is; nil for a section that is no module.
  var output: Int? {
    switch self {
    case .node(let node): node
    case .section(let section): section.output
    }
  }
}
