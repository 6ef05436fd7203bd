/// An inverted residual block with a mixed depthwise convolution:
/// expand → depthwise → squeeze-and-excitation → project, and the input added where it fits.
package struct Block: Sendable, Hashable, Codable {
  /// Odd and distinct; a layer takes them in ascending order.
  package var kernels: [Int]
  package var split: ChannelSplit
  /// Kernels above 3 become 3×3 with dilation `(kernel - 1) / 2`, in stride 1 alone.
  package var isDilated: Bool
  package var expandGroups: Int
  package var projectGroups: Int
  package var stride: Int
  /// Expanded channels are `expansion` times the input's; 1 leaves the expansion out.
  package var expansion: Double
  package var outputChannels: Int
  /// Of the block's *input* channels; 0 leaves it out.
  package var squeezeExcitationRatio: Double
  package var activation: Activation
  /// Adds the input to the output where stride is 1 and channels agree.
  package var hasSkip: Bool

  package init(
    kernels: [Int], split: ChannelSplit = .equal, isDilated: Bool = false, expandGroups: Int = 1,
    projectGroups: Int = 1, stride: Int = 1, expansion: Double, outputChannels: Int,
    squeezeExcitationRatio: Double = 0, activation: Activation = .relu, hasSkip: Bool = true
  ) {
    self.kernels = kernels
    self.split = split
    self.isDilated = isDilated
    self.expandGroups = expandGroups
    self.projectGroups = projectGroups
    self.stride = stride
    self.expansion = expansion
    self.outputChannels = outputChannels
    self.squeezeExcitationRatio = squeezeExcitationRatio
    self.activation = activation
    self.hasSkip = hasSkip
  }
}
