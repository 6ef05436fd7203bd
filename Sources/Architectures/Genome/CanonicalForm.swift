extension Genome {
  /// The one spelling that stands for every genome with the same network.
  ///
  /// Two valid genomes build equal networks, for every input, exactly if their canonical forms
  /// are equal. Spellings that coincide: kernels in another order, a split or a dilation without
  /// effect, groups of an expansion that isn't there, ratios that give the same numbers of
  /// channels, a skip where none fits. A block that is invalid stays as it is.
  package var canonical: Genome {
    var result = self
    var channels = stem.channels
    for index in blocks.indices {
      result.blocks[index] = blocks[index].canonical(inputChannels: channels)
      channels = blocks[index].outputChannels
    }
    // Turns a negative zero into the other one.
    if head.dropout == 0 { result.head.dropout = 0 }
    return result
  }
}

extension Block {
  /// The block's part of `Genome.canonical`.
  package func canonical(inputChannels: Int) -> Block {
    guard let meaning = try? resolved(inputChannels: inputChannels) else { return self }
    var result = self
    result.kernels.sort()
    result.expandGroups = meaning.expandGroups
    result.expansion = canonicalExpansion(meaning)
    result.squeezeExcitationRatio = canonicalSqueeze(meaning)
    // The simpler value of a gene wherever it changes nothing.
    result.simplify(\.split, to: .equal, keeping: meaning)
    result.simplify(\.isDilated, to: false, keeping: meaning)
    result.simplify(\.hasSkip, to: true, keeping: meaning)
    return result
  }

  private mutating func simplify<Gene>(
    _ gene: WritableKeyPath<Block, Gene>, to value: Gene, keeping meaning: ResolvedBlock
  ) {
    var simpler = self
    simpler[keyPath: gene] = value
    if (try? simpler.resolved(inputChannels: meaning.inputChannels)) == meaning { self = simpler }
  }

  /// The whole number that gives the expanded channels, else the shortest decimal. An expansion
  /// of 1 would mean that there is none, so it never stands for one that keeps the width.
  private func canonicalExpansion(_ meaning: ResolvedBlock) -> Double {
    guard meaning.expands else { return 1 }
    return shortestRatio(of: meaning.inputChannels, giving: meaning.expandedChannels) {
      $0 != 1
    } ?? expansion
  }

  /// The first of 1, 1/2, 1/4, 1/8, 1/16 that gives the squeezed channels, else the shortest
  /// decimal.
  private func canonicalSqueeze(_ meaning: ResolvedBlock) -> Double {
    guard let width = meaning.squeezedChannels else { return 0 }
    let inputs = Double(meaning.inputChannels)
    for ratio in [1, 0.5, 0.25, 0.125, 0.0625] where max(1, Int(inputs * ratio)) == width {
      return ratio
    }
    return shortestRatio(of: meaning.inputChannels, giving: width) { _ in true }
      ?? squeezeExcitationRatio
  }
}

/// The number with the fewest decimals, and the smallest of those, whose product with `channels`
/// rounds down to `width`.
private func shortestRatio(
  of channels: Int, giving width: Int, where isAllowed: (Double) -> Bool
) -> Double? {
  var scale = 1
  // Within their limits two ratios differ by the sixth decimal at the latest.
  for _ in 0...9 {
    let least = (width * scale + channels - 1) / channels
    // The product of the exact least ratio may fall just short of the width in floating point.
    for numerator in [least, least + 1] {
      let ratio = Double(numerator) / Double(scale)
      if Int(Double(channels) * ratio) == width, isAllowed(ratio) { return ratio }
    }
    scale *= 10
  }
  return nil
}
