/// One named tensor of a network: a weight, a bias, or a statistic of batch normalisation.
///
/// `NetworkGraph.parameterTensors` lists them in the order of the nodes; their names are the
/// node's name and the role (`blocks.3.expand.convolution.weight`). Engine, weight files and
/// exports all use this list and these layouts.
package struct ParameterTensor: Sendable, Hashable {
  package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case weight, bias, gamma, beta
    case runningMean = "running-mean"
    case runningVariance = "running-variance"

    /// Whether an optimiser changes it. Running statistics are not trained and not counted.
    package var isTrained: Bool { self != .runningMean && self != .runningVariance }
    /// Weight decay is for the weights of convolutions and dense layers alone.
    package var decays: Bool { self == .weight }
  }

  package let name: String
  package let node: Int
  package let role: Role
  /// Floats in all; the layout is documented with the operation.
  package let count: Int
  /// Standard deviation or bound of the initial values.
  package let initialization: Initialization

  package enum Initialization: Sendable, Hashable {
    case zeros, ones
    /// Normal with mean 0 and this standard deviation, per run of `count` floats.
    case normal([Run])
    /// Uniform in ±bound.
    case uniform(bound: Double)

    package struct Run: Sendable, Hashable {
      package let count: Int
      package let deviation: Double
      package init(count: Int, deviation: Double) {
        self.count = count
        self.deviation = deviation
      }
    }
  }

  package init(name: String, node: Int, role: Role, count: Int, initialization: Initialization) {
    self.name = name
    self.node = node
    self.role = role
    self.count = count
    self.initialization = initialization
  }
}
