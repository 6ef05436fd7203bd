import Architectures
import Engine
import Randomness

extension NetworkWeights {
  /// Weights of the usual size for a measurement of time, which does not ask for their values:
  /// all drawn from one stream, uniform where training would start from a normal distribution of
  /// the same variance. A tenth of the cost of proper ones.
  static func quicklyDrawn(for graph: NetworkGraph, random: RandomStream) -> NetworkWeights {
    let tensors = graph.parameterTensors
    var stream = random
    var values: [Float] = []
    values.reserveCapacity(tensors.reduce(0) { $0 + $1.count })
    for tensor in tensors {
      switch tensor.initialization {
      case .zeros: values.append(contentsOf: repeatElement(0, count: tensor.count))
      case .ones: values.append(contentsOf: repeatElement(1, count: tensor.count))
      case .normal(let runs):
        for run in runs {
          let deviation = Float(run.deviation)
          for _ in 0..<run.count { values.append(stream.uniformOfUnitVariance() * deviation) }
        }
      case .uniform(let bound):
        let bound = Float(bound)
        for _ in 0..<tensor.count { values.append((2 * stream.uniform() - 1) * bound) }
      }
    }
    return NetworkWeights(graph: graph, values: values)
  }
}

extension RandomStream {
  /// Uniform in ±√3: mean 0, variance 1.
  mutating func uniformOfUnitVariance() -> Float {
    (2 * uniform() - 1) * Float(3).squareRoot()
  }
}
