import Architectures
import Kernels

/// The kernels' terms for what a graph's operations say.
extension KernelActivation {
  init(_ activation: Activation?) {
    self =
      switch activation {
      case nil: .identity
      case .relu: .relu
      case .relu6: .relu6
      case .swish: .swish
      case .hardSwish: .hardSwish
      case .sigmoid: .sigmoid
      case .hardSigmoid: .hardSigmoid
      }
  }
}

extension WindowGeometry {
  fileprivate init(
    _ input: TensorShape, _ output: TensorShape, kernel: Extent, stride: Extent,
    dilation: Extent = Extent(1), padding: EdgePadding
  ) {
    self.init(
      height: input.height, width: input.width, channels: input.channels,
      outputHeight: output.height, outputWidth: output.width,
      kernelHeight: kernel.height, kernelWidth: kernel.width,
      strideHeight: stride.height, strideWidth: stride.width,
      dilationHeight: dilation.height, dilationWidth: dilation.width,
      padTop: padding.top, padLeft: padding.left)
  }
}

extension Convolution {
  func geometry(input: TensorShape, output: TensorShape) -> WindowGeometry {
    WindowGeometry(
      input, output, kernel: kernel, stride: stride, dilation: dilation,
      padding: resolvedPadding(for: input))
  }

  /// Whether the depthwise kernels can run it: square, with a group and an output for every
  /// channel.
  func isDepthwise(of input: TensorShape) -> Bool {
    groups == input.channels && outputChannels == input.channels
      && kernel.height == kernel.width && stride.height == stride.width
      && dilation.height == dilation.width
  }

  /// - Precondition: `isDepthwise(of: input)`.
  func depthwiseLayout(
    input: TensorShape, output: TensorShape, vectorWidth: Int
  ) -> DepthwiseLayout {
    let padding = resolvedPadding(for: input)
    return DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: input.height, width: input.width, channels: input.channels,
        outputHeight: output.height, outputWidth: output.width, stride: stride.height),
      groups: [
        DepthwiseChannelGroup(
          channels: input.channels, kernel: kernel.height, dilation: dilation.height,
          padTop: padding.top, padLeft: padding.left)
      ],
      vectorWidth: vectorWidth)
  }
}

extension Pool {
  func geometry(input: TensorShape, output: TensorShape) -> WindowGeometry {
    WindowGeometry(
      input, output, kernel: kernel, stride: stride, padding: resolvedPadding(for: input))
  }
}

extension MixedDepthwise {
  func layout(input: TensorShape, output: TensorShape, vectorWidth: Int) -> DepthwiseLayout {
    let geometry = DepthwiseGeometry(
      height: input.height, width: input.width, channels: input.channels,
      outputHeight: output.height, outputWidth: output.width, stride: stride)
    let channelGroups = zip(groups, resolvedPaddings(for: input)).map { group, padding in
      DepthwiseChannelGroup(
        channels: group.channels, kernel: group.kernel, dilation: group.dilation,
        padTop: padding.top, padLeft: padding.left)
    }
    return DepthwiseLayout(geometry: geometry, groups: channelGroups, vectorWidth: vectorWidth)
  }
}

extension NetworkGraph {
  /// What the depthwise kernels make of a node; nil if they can't run it, or if it is a matrix
  /// product.
  func depthwiseLayout(of node: Int, vectorWidth: Int) -> DepthwiseLayout? {
    let output = nodes[node].shape
    switch nodes[node].operation {
    case .mixedDepthwise(let depthwise):
      return depthwise.layout(
        input: inputShapes(of: node)[0], output: output, vectorWidth: vectorWidth)
    case .convolution(let convolution):
      let input = inputShapes(of: node)[0]
      guard convolution.isDepthwise(of: input), !convolution.isPointwise else { return nil }
      return convolution.depthwiseLayout(input: input, output: output, vectorWidth: vectorWidth)
    default:
      return nil
    }
  }
}
