import Architectures
import Kernels

/// A depthwise convolution's weights, as they are stored and as its kernels read them.
struct DepthwiseParameters {
  /// How the weights are stored.
  private enum Order {
    /// Per group `[kernel, kernel, channels]`, as mixed depthwise convolutions have them.
    case channelsLast
    /// `[channels, kernel, kernel]`, as grouped convolutions have them.
    case channelsFirst
  }

  let layout: DepthwiseLayout
  /// Offset among all weights.
  private let weights: Int
  private let order: Order

  init(_ depthwise: MixedDepthwise, _ site: LayerSite) {
    layout = depthwise.layout(
      input: site.input, output: site.output, vectorWidth: site.kernels.vectorWidth)
    weights = site.offset(.weight)
    order = .channelsLast
  }

  /// - Precondition: `convolution.isDepthwise(of: site.input)`.
  init(_ convolution: Convolution, _ site: LayerSite) {
    layout = convolution.depthwiseLayout(
      input: site.input, output: site.output, vectorWidth: site.kernels.vectorWidth)
    weights = site.offset(.weight)
    order = .channelsFirst
  }

  /// Floats of a buffer that `pack` and `unpack` may use.
  var scratchCount: Int {
    switch order {
    case .channelsLast: 0
    case .channelsFirst: layout.canonicalCount
    }
  }

  /// Writes `layout.packedCount` floats.
  func pack(_ pass: TrainingPass, into packed: Output, scratch: Output) {
    switch order {
    case .channelsLast:
      layout.pack(pass.parameters + weights, into: packed)
    case .channelsFirst:
      transpose(pass.parameters + weights, rows: layout.geometry.channels, into: scratch)
      layout.pack(scratch, into: packed)
    }
  }

  /// Writes the weights' gradient from a packed one.
  func unpack(_ packed: Input, _ pass: TrainingPass, scratch: Output) {
    switch order {
    case .channelsLast:
      layout.unpack(packed, into: pass.gradients + weights)
    case .channelsFirst:
      layout.unpack(packed, into: scratch)
      transpose(
        scratch, rows: layout.canonicalCount / layout.geometry.channels,
        into: pass.gradients + weights)
    }
  }

  private func transpose(_ matrix: Input, rows: Int, into transposed: Output) {
    let columns = layout.canonicalCount / rows
    for row in 0..<rows {
      for column in 0..<columns {
        transposed[column * rows + row] = matrix[row * columns + column]
      }
    }
  }
}

extension Operation {
  /// Of an operation that the depthwise kernels train (`NetworkGraph.trainsDepthwise`), nil of
  /// others.
  func depthwiseParameters(_ site: LayerSite) -> DepthwiseParameters? {
    switch self {
    case .mixedDepthwise(let depthwise): DepthwiseParameters(depthwise, site)
    case .convolution(let convolution): DepthwiseParameters(convolution, site)
    default: nil
    }
  }
}

extension LayerSite {
  /// Floats of a worker's scratch memory for calls of a depthwise kernel.
  func scratchCount(_ layout: DepthwiseLayout) -> Int {
    MemoryPlan.workerStride(kernels.depthwise.scratchCount(layout))
  }
}
