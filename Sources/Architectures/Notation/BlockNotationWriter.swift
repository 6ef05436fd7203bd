extension Genome {
  /// The genome in block notation, in one line without commas. Reading it gives back the same
  /// genome; equal blocks that follow one another are written once.
  package var blockNotation: String {
    var words = [stem.notation]
    var index = blocks.startIndex
    while index < blocks.endIndex {
      var repetition = blocks[index]
      repetition.stride = 1
      let end = blocks[(index + 1)...].firstIndex { $0 != repetition } ?? blocks.endIndex
      words.append(blocks[index].notation(repeats: end - index))
      index = end
    }
    words.append(head.notation)
    return words.joined(separator: " ")
  }
}

extension Block {
  /// One block, repeated, in block notation; repetitions have stride 1.
  package func notation(repeats: Int = 1) -> String {
    var fields = [
      "r\(repeats)",
      "k" + kernels.map(String.init).joined(separator: "."),
      "a" + ones(expandGroups),
      "p" + ones(projectGroups),
      "s\(stride)",
      "e" + shortened(expansion),
      "o\(outputChannels)",
    ]
    if squeezeExcitationRatio != 0 { fields.append("se" + shortened(squeezeExcitationRatio)) }
    fields.append(BlockNotation.code(of: activation))
    if split == .exponential { fields.append("xs") }
    if isDilated { fields.append("dl") }
    if !hasSkip { fields.append("noskip") }
    return fields.joined(separator: "_")
  }

  /// Only an invalid block has other numbers of groups than can be written.
  private func ones(_ groups: Int) -> String {
    let writable = min(max(groups, 1), GenomeLimits.groups.upperBound)
    return Array(repeating: "1", count: writable).joined(separator: ".")
  }
}

extension Genome.Stem {
  fileprivate var notation: String {
    "stem\(channels)_k\(kernel)_s\(stride)_\(BlockNotation.code(of: activation))"
  }
}

extension Genome.Head {
  fileprivate var notation: String {
    let layer = "head\(channels)_\(BlockNotation.code(of: activation))"
    return dropout == 0 ? layer : layer + "_d" + shortened(dropout)
  }
}

/// The shortest text that reads back as the same number, whole numbers without a point.
private func shortened(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
