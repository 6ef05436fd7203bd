/// What a search varies: the architecture of a MixConv network, apart from its input and its
/// number of classes.
///
///     let genome = try Genome(
///       blockNotation: "stem16_k3_s1 r2_k3.5_s2_e4_o24_se0.25_sw head256_d0.2")
///     let image = TensorShape(height: 32, width: 32, channels: 3)
///     let graph = try genome.graph(input: image, classes: 10)
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
