/// What a node does. Each case's parameters, shape rule and costs stand in a file of its own
/// under `Operations/`; the engine's counterpart has the same file name.
package enum Operation: Sendable, Hashable {
  case input(TensorShape)
  case convolution(Convolution)
  case mixedDepthwise(MixedDepthwise)
  case batchNormalization(BatchNormalization)
  case activation(Activation)
  /// Mean over height and width; shape `1 × 1 × channels`.
  case globalAveragePool
  case pool(Pool)
  case dense(Dense)
  /// Sum of two equal shapes.
  case add
  /// Product; a `1 × 1 × channels` second input is broadcast over the first.
  case multiply
  /// Along channels.
  case concatenate
  case slice(channels: Range<Int>)
  /// `[groups, channels / groups]` transposed, as in ShuffleNet.
  case channelShuffle(groups: Int)
  /// Training only; `rate` in 0..<1.
  case dropout(rate: Double)
}

package enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  case relu
  case relu6
  case swish
  case hardSwish = "hard-swish"
  case sigmoid
  case hardSigmoid = "hard-sigmoid"
}

/// A pair of sizes along height and width.
package struct Extent: Sendable, Hashable, Codable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package init(_ side: Int) { self.init(height: side, width: side) }
}

/// Zeros around an image.
package enum Padding: Sendable, Hashable {
  /// TensorFlow's 'same': the output is `ceil(size / stride)`; an odd row or column more goes to
  /// the bottom and right.
  case same
  /// The same number of rows above and below, columns left and right.
  case symmetric(Extent)

  package static let valid = Padding.symmetric(Extent(0))
}

/// A dense, grouped, asymmetric or dilated convolution.
///
/// `groups` need not divide the channels: input and output channels are split alike, and the
/// remainder goes to the first group (MixNet's rule for grouped 1×1 convolutions). Weights are
/// stored group after group, each `[kernel.height, kernel.width, inputs of group, outputs of
/// group]`.
package struct Convolution: Sendable, Hashable {
  package var outputChannels: Int
  package var kernel: Extent
  package var stride: Extent
  package var dilation: Extent
  package var groups: Int
  package var padding: Padding
  package var hasBias: Bool

  package init(
    outputChannels: Int, kernel: Extent, stride: Extent = Extent(1), dilation: Extent = Extent(1),
    groups: Int = 1, padding: Padding = .same, hasBias: Bool = false
  ) {
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.groups = groups
    self.padding = padding
    self.hasBias = hasBias
  }
}

/// A depthwise convolution whose channels are cut into groups with kernels of their own
/// (Tan & Le 2019). Weights are stored group after group, each `[kernel, kernel, channels]`.
package struct MixedDepthwise: Sendable, Hashable {
  package struct Group: Sendable, Hashable, Codable {
    /// Taps along each side, odd.
    package var kernel: Int
    package var dilation: Int
    package var channels: Int

    package init(kernel: Int, dilation: Int = 1, channels: Int) {
      self.kernel = kernel
      self.dilation = dilation
      self.channels = channels
    }
  }

  package var groups: [Group]
  package var stride: Int
  /// `.symmetric` is not allowed here but as PyTorch's `dilation * (kernel - 1) / 2` per group.
  package var padding: DepthwisePadding

  package init(groups: [Group], stride: Int = 1, padding: DepthwisePadding = .same) {
    self.groups = groups
    self.stride = stride
    self.padding = padding
  }
}

/// How each group of a mixed depthwise convolution is padded.
package enum DepthwisePadding: Sendable, Hashable {
  /// TensorFlow's 'same'.
  case same
  /// `dilation * (kernel - 1) / 2` on every side, PyTorch's habit.
  case centered
}

package struct BatchNormalization: Sendable, Hashable {
  package var epsilon: Double
  /// Share of the old running statistics that a step keeps (TensorFlow's convention).
  package var momentum: Double

  package init(epsilon: Double = 1e-3, momentum: Double = 0.99) {
    self.epsilon = epsilon
    self.momentum = momentum
  }
}

package struct Pool: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable { case maximum, average }

  package var kind: Kind
  package var kernel: Extent
  package var stride: Extent
  package var padding: Padding
  /// Rounds the output size up, so that a last, partial window counts.
  package var roundsUp: Bool

  package init(
    kind: Kind, kernel: Extent, stride: Extent, padding: Padding = .same, roundsUp: Bool = false
  ) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.roundsUp = roundsUp
  }
}

/// A fully connected layer on a `1 × 1 × channels` input. Weights `[inputs, units]`.
package struct Dense: Sendable, Hashable {
  package var units: Int
  package var hasBias: Bool

  package init(units: Int, hasBias: Bool = true) {
    self.units = units
    self.hasBias = hasBias
  }
}
