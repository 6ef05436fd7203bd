/// What a search varies: the architecture of a MixConv network, apart from its input and its
/// number of classes.
///
///     let genome = try Genome(blockNotation: "r1_k3.5_a1_p1_s2_e4_o24_se0.25_sw …")
///     let graph = try genome.graph(input: TensorShape(height: 32, width: 32, channels: 3), classes: 10)
package struct Genome: Sendable, Hashable, Codable {
  package var stem: Stem
  package var blocks: [Block]
  package var head: Head

  package init(stem: Stem, blocks: [Block], head: Head) {
    self.stem = stem
    self.blocks = blocks
    self.head = head
  }

  /// A dense convolution, batch norm, activation.
  package struct Stem: Sendable, Hashable, Codable {
    package var channels: Int
    package var kernel: Int
    package var stride: Int
    package var activation: Activation

    package init(channels: Int, kernel: Int = 3, stride: Int, activation: Activation = .relu) {
      self.channels = channels
      self.kernel = kernel
      self.stride = stride
      self.activation = activation
    }
  }

  /// 1×1 convolution, batch norm, activation, global average pool, dropout, dense.
  package struct Head: Sendable, Hashable, Codable {
    package var channels: Int
    package var activation: Activation
    package var dropout: Double

    package init(channels: Int, activation: Activation = .relu, dropout: Double = 0) {
      self.channels = channels
      self.activation = activation
      self.dropout = dropout
    }
  }
}

/// How a mixed layer divides its channels among its kernels.
package enum ChannelSplit: String, Sendable, Hashable, Codable, CaseIterable {
  /// Equal shares, the remainder to the first (smallest) kernel.
  case equal
  /// A half, a quarter, …, the remainder to the last (largest) kernel.
  case exponential
}

/// An inverted residual block with a mixed depthwise convolution:
/// expand → depthwise → squeeze-and-excitation → project, and the input added where it fits.
package struct Block: Sendable, Hashable, Codable {
  /// Odd, ascending.
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
