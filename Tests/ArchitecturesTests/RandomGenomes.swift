@testable import Architectures

extension Genome {
  /// A valid genome with few choices per gene, so that different spellings of one network are
  /// frequent.
  static func random(using random: inout SplitMix) -> Genome {
    while true {
      let stem = Stem(
        channels: random.pick([8, 10, 16, 24]), kernel: random.pick([3, 5]),
        stride: random.pick([1, 2]), activation: random.pick(Activation.allCases))
      let blocks = (0..<random.pick([1, 2, 3, 5])).map { _ in Block.random(using: &random) }
      let head = Head(
        channels: random.pick([64, 128]), activation: random.pick(Activation.allCases),
        dropout: random.pick([0, 0.2, 0.25]))
      let genome = Genome(stem: stem, blocks: blocks, head: head)
      if (try? genome.validate()) != nil { return genome }
    }
  }
}

extension Block {
  static func random(using random: inout SplitMix) -> Block {
    Block(
      kernels: random.pick([[3], [5], [5, 3], [3, 5], [3, 7], [3, 5, 7], [3, 5, 7, 9]]),
      split: random.pick(ChannelSplit.allCases), isDilated: random.flip(),
      expandGroups: random.pick([1, 2, 3]), projectGroups: random.pick([1, 2]),
      stride: random.pick([1, 1, 2]), expansion: random.pick([1, 1.01, 1.2, 2, 2.01, 3.5, 6]),
      outputChannels: random.pick([8, 10, 16, 24]),
      squeezeExcitationRatio: random.pick([0, 0.05, 0.0625, 0.1, 0.25, 0.26, 0.3, 0.5, 1]),
      activation: random.pick([.relu, .swish]), hasSkip: random.flip())
  }

  /// The block with one gene drawn again.
  func mutated(using random: inout SplitMix) -> Block {
    let other = Block.random(using: &random)
    var result = self
    switch random.pick(Array(0..<8)) {
    case 0: result.kernels = other.kernels
    case 1: result.split = other.split
    case 2: result.isDilated.toggle()
    case 3: result.expandGroups = other.expandGroups
    case 4: result.expansion = other.expansion
    case 5: result.squeezeExcitationRatio = other.squeezeExcitationRatio
    case 6: result.hasSkip.toggle()
    default: result.kernels.reverse()
    }
    return result
  }
}
