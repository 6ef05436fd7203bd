import Architectures
import Randomness

extension NetworkWeights {
  /// Fresh weights. Each tensor draws from a substream of its own name, so its values depend on
  /// neither the order nor the number of the other tensors.
  package init(graph: NetworkGraph, random: RandomStream) {
    var values: [Float] = []
    for tensor in graph.parameterTensors {
      var stream = random.substream(tensor.name)
      switch tensor.initialization {
      case .zeros:
        values.append(contentsOf: repeatElement(0, count: tensor.count))
      case .ones:
        values.append(contentsOf: repeatElement(1, count: tensor.count))
      case .normal(let runs):
        for run in runs {
          let deviation = Float(run.deviation)
          for _ in 0..<run.count { values.append(stream.normal() * deviation) }
        }
      case .uniform(let bound):
        let bound = Float(bound)
        for _ in 0..<tensor.count { values.append((2 * stream.uniform() - 1) * bound) }
      }
    }
    self.init(graph: graph, values: values)
  }
}
