import Architectures
import Kernels
import Randomness
import Testing

@testable import Engine

/// Forward and gradients of every operation against its definition.
///
/// The definition runs in double precision, so central differences can take a tiny step: what
/// they are off by is far below what single precision costs the engine, and hardly any
/// activation crosses a kink in between. A derivative along a random direction of all of a
/// tensor's elements checks all of them at once.
@Suite struct TrainingGradientTests {
  /// Sums of up to a few thousand products in single precision, spread out by batch norms of as
  /// few as three rows, relative to the largest output; measured 5e-6 at most.
  static let forwardTolerance = 2e-5
  /// The same through a whole network and back, where batch norms cancel most of what they get,
  /// relative to the derivative; measured 9e-5 behind a batch norm of three rows, 8e-6 elsewhere.
  static let gradientTolerance = 1e-4

  @Test func everyOperationAndItsGradientsEqualTheDefinition() throws {
    for graph in try TrainingSamples.graphs() { try check(graph, images: 3, batchSize: 3) }
  }

  @Test func aWholeNetworkAndItsGradientsEqualTheDefinition() throws {
    try check(try TrainingSamples.network(), images: 3, batchSize: 3)
  }

  @Test func aSmallerBatchIsAsGood() throws {
    try check(try TrainingSamples.network(), images: 2, batchSize: 7)
  }

  private func check(_ graph: NetworkGraph, images: Int, batchSize: Int) throws {
    let weights = InferenceSamples.weights(graph)
    let batch = InferenceSamples.images(images, graph)
    let expected = Expected(
      graph, weights, batch, images: images,
      dropoutFactors: try Self.dropoutFactors(graph, images: images, step: 5))
    for kernels in KernelSet.available {
      let network = try TrainingNetwork(
        graph: graph, weights: weights, batchSize: batchSize, kernels: kernels,
        options: TrainingSamples.options(inputGradient: true))
      // What buffers held before must not matter: the second pass finds what the first one left.
      for _ in 0..<2 {
        network.write(batch)
        network.forward(images: images, isTraining: true, step: 5)
        network.setLogitsGradient(expected.objective)
        network.backward()
      }
      let place = "\(graph.name), \(kernels.instructionSet)"
      let forward = expected.forwardError(Array(network.logits))
      #expect(forward <= Self.forwardTolerance, "\(place)")
      let inputGradient = try #require(network.plan.inputGradient)
      for derivative in expected.derivatives {
        let gradient =
          derivative.tensor.map { network.gradient(of: weights.range(of: $0)) }
          ?? Array(UnsafeBufferPointer(start: inputGradient, count: batch.count))
        let error = derivative.error(of: gradient)
        #expect(error <= Self.gradientTolerance, "\(place), \(derivative.name)")
      }
    }
  }

  /// What the network's dropouts multiply by, seen in one that has nothing else.
  private static func dropoutFactors(
    _ graph: NetworkGraph, images: Int, step: Int
  ) throws -> [Int: [Float]] {
    var factors: [Int: [Float]] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .dropout = node.operation else { continue }
      var builder = GraphBuilder(name: "dropout", input: node.shape)
      guard (try? builder.add(node.operation, named: node.name, [0])) != nil else { continue }
      let alone = builder.graph()
      let network = try TrainingNetwork(
        graph: alone, weights: NetworkWeights(graph: alone, values: []), batchSize: images,
        options: TrainingSamples.options())
      network.inputBuffer.update(repeating: 1)
      network.forward(images: images, isTraining: true, step: step)
      factors[index] = Array(network.logits)
    }
    return factors
  }
}

/// What the definition gives: outputs, and derivatives of a random sum of them.
private struct Expected {
  let outputs: [Double]
  /// The factors of that sum.
  let objective: [Float]
  private(set) var derivatives: [Derivative] = []

  init(
    _ graph: NetworkGraph, _ weights: NetworkWeights, _ batch: [Float], images: Int,
    dropoutFactors: [Int: [Float]]
  ) {
    let definition = TrainingDefinition(
      graph: graph, weights: weights, images: images, dropoutFactors: dropoutFactors)
    let values = definition(batch)
    let factors = TrainingSamples.direction(images * graph.output.elementCount, "objective")
    func sum(_ values: TrainingDefinition.Values) -> Double {
      let outputs = values[graph.nodes.count - 1].joined()
      return zip(factors, outputs).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    outputs = values[graph.nodes.count - 1].flatMap { $0 }
    objective = factors
    derivatives.append(
      Derivative(name: "input", tensor: nil, at: batch) {
        sum(definition($0, changing: 0, in: values))
      })
    for (index, tensor) in weights.tensors.enumerated() where tensor.role.isTrained {
      derivatives.append(
        Derivative(name: tensor.name, tensor: index, at: Array(weights[index])) {
          var moved = definition
          moved.weights.replace(index, with: $0)
          return sum(moved(batch, changing: tensor.node, in: values))
        })
    }
  }

  /// The largest, relative to the largest output.
  func forwardError(_ logits: [Float]) -> Double {
    let scale = outputs.reduce(0) { max($0, abs($1)) }
    return zip(logits, outputs).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
  }
}

/// A central difference along a random direction.
private struct Derivative {
  static let step: Float = 0x1p-22

  let name: String
  /// Nil for the input.
  let tensor: Int?
  /// From one point to the other, as single precision made it.
  let steps: [Double]
  let difference: Double

  init(name: String, tensor: Int?, at point: [Float], _ value: ([Float]) -> Double) {
    self.name = name
    self.tensor = tensor
    let direction = TrainingSamples.direction(point.count, name)
    let ahead = zip(point, direction).map { $0 + $1 * Self.step }
    let behind = zip(point, direction).map { $0 - $1 * Self.step }
    steps = zip(ahead, behind).map { Double($0) - Double($1) }
    difference = value(ahead) - value(behind)
  }

  /// Relative to the derivative, or to what is typical of such derivatives where it happens to
  /// be close to zero.
  func error(of gradient: [Float]) -> Double {
    var (actual, squares) = (0.0, 0.0)
    for (slope, step) in zip(gradient, steps) {
      let part = Double(slope) * step
      actual += part
      squares += part * part
    }
    // A bias in front of a batch norm has no gradient but what rounding leaves: outputs are
    // about 1, so that is what its derivative is measured by.
    let floor = Double(Self.step)
    return abs(actual - difference) / max(abs(difference), squares.squareRoot(), floor)
  }
}

extension TrainingNetwork {
  func setLogitsGradient(_ values: [Float]) {
    for (index, value) in values.enumerated() { plan.logitsGradient[index] = value }
  }
}
