import Architectures
import Kernels

/// Weights and gradients of a training, each in one run of floats:
///
///     the graph's tensors │ own weights of over-parameterised kernels │ their products
///
/// Where a depthwise weight is over-parameterised, its place among the graph's tensors holds
/// what the layers use, and the optimiser works on the two parts behind.
final class ParameterStore {
  /// A run of floats that the optimiser changes.
  struct Block {
    let name: String
    let range: Range<Int>
    let decays: Bool
  }

  let blocks: [Block]
  private let parameterArena: Arena
  private let gradientArena: Arena
  /// Floats of the graph's tensors, which come first.
  let graphCount: Int
  private let products: [DepthwiseProduct]

  init(
    graph: NetworkGraph, weights: NetworkWeights, overparameterizesDepthwise: Bool
  ) throws(MemoryShortage) {
    graphCount = weights.count
    var blocks: [Block] = []
    var products: [DepthwiseProduct] = []
    var end = weights.count
    for (index, tensor) in weights.tensors.enumerated() where tensor.role.isTrained {
      if overparameterizesDepthwise, tensor.role == .weight,
        case .mixedDepthwise(let depthwise) = graph.nodes[tensor.node].operation
      {
        let product = DepthwiseProduct(
          depthwise.groups, kernel: weights.offsets[index], parts: end)
        products.append(product)
        blocks.append(Block(name: tensor.name, range: product.ownWeights, decays: true))
        // Decay would draw the product to the identity, not to zero.
        blocks.append(
          Block(name: tensor.name + "-product", range: product.factors, decays: false))
        end = product.factors.upperBound
      } else {
        blocks.append(
          Block(name: tensor.name, range: weights.range(of: index), decays: tensor.role.decays))
      }
    }
    self.blocks = blocks.filter { !$0.range.isEmpty }
    self.products = products
    parameterArena = try Arena(count: end)
    gradientArena = try Arena(count: end)
    parameters.update(from: weights.values, count: weights.count)
    for product in products { product.start(parameters) }
  }

  var parameters: UnsafeMutablePointer<Float> { parameterArena.base }
  var gradients: UnsafeMutablePointer<Float> { gradientArena.base }
  var count: Int { parameterArena.count }
  var bytes: Int { parameterArena.bytes + gradientArena.bytes }

  var values: [Float] { Array(UnsafeBufferPointer(start: parameters, count: count)) }
  /// The graph's tensors alone.
  var foldedValues: [Float] { Array(UnsafeBufferPointer(start: parameters, count: graphCount)) }

  /// - Precondition: values of a store of the same graph and options.
  func restore(_ values: [Float]) {
    precondition(values.count == count, "the checkpoint is of another network")
    parameters.update(from: values, count: count)
  }

  /// Makes the depthwise kernels from their parts.
  func compose() {
    for product in products { product.compose(parameters) }
  }

  /// Takes the gradients of depthwise kernels to those of their parts.
  func distributeGradients() {
    for product in products { product.distribute(gradients, parameters) }
  }
}
