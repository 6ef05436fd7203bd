import Architectures
import Kernels

/// What makes an image's factors from its means in squeeze-and-excitation: `ChannelMatrix`es and
/// activations, one after the other, for a few images at a time.
///
/// Going forward it keeps the means and what each step makes of them, going back the gradients of
/// all these; the gradients of the weights are made from both at the end, for the whole batch.
struct GateChain {
  private enum Step {
    case product(ChannelMatrix)
    case activation(KernelActivation)
  }

  private let steps: [Step]
  /// Of the means, then of what each step makes.
  private let channels: [Int]
  private let batchSize: Int
  private let kernels: ElementwiseKernels

  /// - Parameters:
  ///   - nodes: as `SqueezeExcitationChain` lets them into a gate.
  ///   - projection: the site of the 1×1 convolution behind the product.
  init(
    _ nodes: [Int], in graph: NetworkGraph, before projection: LayerSite,
    _ site: (Int) -> LayerSite
  ) {
    var steps: [Step] = []
    for node in nodes {
      switch graph.nodes[node].operation {
      case .convolution(let convolution):
        steps.append(.product(convolution.channelMatrix(site(node))))
      case .dense(let dense): steps.append(.product(dense.channelMatrix(site(node))))
      case .activation(let activation): steps.append(.activation(KernelActivation(activation)))
      default: preconditionFailure("\(graph.nodes[node].name) is no part of a gate")
      }
    }
    self.steps = steps
    channels = [projection.input.channels] + nodes.map { graph.nodes[$0].shape.channels }
    batchSize = projection.batchSize
    kernels = projection.kernels.elementwise
  }

  // MARK: Memory

  /// Floats of all means and what the steps make of them, and of the gradients of these.
  var valueCount: Int { batchSize * channels.reduce(0, +) }
  var packedCount: Int { matrices.reduce(0) { $0 + $1.packedCount } }
  var transposedCount: Int { matrices.reduce(0) { $0 + $1.transposedCount } }
  /// Floats of scratch for the gradients of all weights.
  var gradientCount: Int { matrices.reduce(0) { $0 + $1.gradientCount } }

  private var matrices: [ChannelMatrix] {
    steps.compactMap { if case .product(let matrix) = $0 { matrix } else { nil } }
  }

  /// An image's means, or their gradients.
  func means(_ image: Int, in values: Output) -> Output { row(0, image, values) }
  /// An image's factors, or their gradients.
  func factors(_ image: Int, in values: Output) -> Output { row(steps.count, image, values) }

  /// An image's row of what step `index - 1` makes, `[channels]`.
  private func row(_ index: Int, _ image: Int, _ values: Output) -> Output {
    values + batchSize * channels[..<index].reduce(0, +) + image * channels[index]
  }

  // MARK: Passes

  func pack(_ parameters: Output, into packed: Output) {
    var packed = packed
    for matrix in matrices {
      matrix.pack(parameters, into: packed)
      packed += matrix.packedCount
    }
  }

  func packTransposed(_ parameters: Output, into packed: Output) {
    var packed = packed
    for matrix in matrices {
      matrix.packTransposed(parameters, into: packed)
      packed += matrix.transposedCount
    }
  }

  /// Makes the factors of some images from their means.
  func forward(_ images: Range<Int>, _ values: Output, _ packed: Input, _ parameters: Output) {
    var packed = packed
    for (index, step) in steps.enumerated() {
      let x = row(index, images.lowerBound, values)
      let y = row(index + 1, images.lowerBound, values)
      switch step {
      case .product(let matrix):
        matrix.multiply(images.count, x, packed, parameters, into: y)
        packed += matrix.packedCount
      case .activation(let activation):
        kernels.activate(images.count * channels[index], activation, x, y)
      }
    }
  }

  /// Makes the gradients of some images' means from those of their factors.
  func backward(_ images: Range<Int>, _ values: Output, _ gradients: Output, _ transposed: Input) {
    var transposed = transposed + transposedCount
    for (index, step) in steps.enumerated().reversed() {
      let dy = row(index + 1, images.lowerBound, gradients)
      let dx = row(index, images.lowerBound, gradients)
      switch step {
      case .product(let matrix):
        transposed -= matrix.transposedCount
        matrix.multiplyTransposed(images.count, dy, transposed, into: dx)
      case .activation(let activation):
        kernels.activationGradient(
          images.count * channels[index], activation, row(index, images.lowerBound, values), dy,
          dx)
      }
    }
  }

  /// Takes the gradients of the weights to their place, once those of the whole batch are known.
  func takeGradients(_ values: Output, _ gradients: Output, scratch: Output, _ pass: TrainingPass) {
    var products: [(matrix: ChannelMatrix, x: Output, dy: Output, sums: Output)] = []
    var sums = scratch
    for (index, step) in steps.enumerated() {
      guard case .product(let matrix) = step else { continue }
      products.append((matrix, row(index, 0, values), row(index + 1, 0, gradients), sums))
      sums += matrix.gradientCount
    }
    pass.forEach(products.count, floats: gradientCount) { task, _ in
      let (matrix, x, dy, sums) = products[task]
      matrix.addGradients(pass.images, x, dy, to: sums, accumulates: false)
    }
    for product in products { product.matrix.takeGradients(1, product.sums, pass) }
  }
}
