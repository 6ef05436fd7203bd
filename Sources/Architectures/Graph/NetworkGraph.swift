/// A convolutional network as a value: a directed acyclic graph of typed operations.
///
/// Nodes stand in topological order and node 0 is the input; the last node is the output. A
/// graph is only made through `GraphBuilder`, which infers and checks every shape, so a value of
/// this type is always well formed.
///
///     var builder = GraphBuilder(name: "tiny", input: TensorShape(height: 32, width: 32, channels: 3))
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
  }

  package let name: String
  package let nodes: [Node]

  init(name: String, nodes: [Node]) {
    self.name = name
    self.nodes = nodes
  }
}

/// Height, width and channels of one image's activations; a vector is `1 × 1 × channels`.
package struct TensorShape: Sendable, Hashable, Codable {
  package var height: Int
  package var width: Int
  package var channels: Int

  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  package var elementCount: Int { height * width * channels }
}
