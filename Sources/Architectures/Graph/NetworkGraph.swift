/// A convolutional network as a value: a directed acyclic graph of typed operations.
///
/// Nodes stand in topological order and node 0 is the input; the last node is the output. A
/// graph is only made through `GraphBuilder`, which infers and checks every shape, so a value of
/// this type is always well formed.
///
///     let image = TensorShape(height: 32, width: 32, channels: 3)
///     var builder = GraphBuilder(name: "tiny", input: image)
///     let x = try builder.add(.convolution(...), named: "stem.convolution", [builder.input])
///     let graph = builder.graph()
package struct NetworkGraph: Sendable, Hashable {
  package struct Node: Sendable, Hashable {
    /// Dotted path, unique in the graph: `blocks.3.expand.convolution`. Everything before the
    /// last dot is the section that reports sum up.
    package let name: String
    package let operation: Operation
    /// Indices of nodes before this one.
    package let inputs: [Int]
    /// Of the output, without the batch axis.
    package let shape: TensorShape

    /// The name without its last component; the whole name where there is no dot.
    package var section: String {
      name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
  }

  package let name: String
  package let nodes: [Node]

  init(name: String, nodes: [Node]) {
    self.name = name
    self.nodes = nodes
  }

  /// Shape of the input image.
  package var input: TensorShape { nodes[0].shape }
  /// Shape of the last node.
  package var output: TensorShape { nodes[nodes.count - 1].shape }

  /// Shapes of what the node reads, in order.
  package func inputShapes(of node: Int) -> [TensorShape] {
    nodes[node].inputs.map { nodes[$0].shape }
  }

  /// Per node, the indices of the nodes that read it, ascending; a node that reads it twice
  /// stands twice. Takes time in proportion to the number of nodes.
  package var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { readers[input].append(index) }
    }
    return readers
  }

  /// Index of the node of that name.
  package func node(named name: String) -> Int? {
    nodes.firstIndex { $0.name == name }
  }
}
