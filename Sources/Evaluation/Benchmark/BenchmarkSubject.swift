import Architectures
import Engine

/// A network with its memory and data, ready to do one kind of work again and again.
package protocol BenchmarkSubject {
  var graph: NetworkGraph { get }
  var work: NetworkWork { get }
  /// Images of one run.
  var batch: Int { get }
  var threads: Int { get }
  /// Bytes of everything that a run works on: the plan's buffers and the weights.
  var memoryBytes: Int { get }

  func run() throws(TrainingError)

  /// The shortest time of each layer over a number of runs, in the order of the forward pass.
  ///
  /// - Parameter now: time since any fixed moment.
  func layerTimes(runs: Int, now: () -> Duration) -> [LayerTime]
}

/// How long one layer of a network takes.
package struct LayerTime: Sendable, Hashable {
  /// The names of the nodes that the layer runs, the first of them that of the layer.
  package var nodes: [String]
  package var forward: Duration
  /// Nil in inference.
  package var backward: Duration?

  package init(nodes: [String], forward: Duration, backward: Duration? = nil) {
    self.nodes = nodes
    self.forward = forward
    self.backward = backward
  }
}
