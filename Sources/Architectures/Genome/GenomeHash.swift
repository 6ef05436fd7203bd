extension Genome {
  /// 32 hexadecimal digits that all spellings of one network share, the same on every machine
  /// and in every version: FNV-1a, 128 bits, of a text that lists what the network computes.
  ///
  /// A genome that is no network has a hash too, of its genes as they stand.
  package var hash: String {
    var hash = FNV1a128()
    hash.combine(fingerprint)
    return hash.description
  }

  /// The hashed text. It must never change for a genome that exists today: a gene that is added
  /// later may only add to the text where it has an effect.
  private var fingerprint: String {
    guard let resolved = try? resolvedBlocks() else { return "invalid \(blockNotation)" }
    let dropout = head.dropout == 0 ? 0 : head.dropout
    let lines =
      ["stem \(stem.channels) k\(stem.kernel) s\(stem.stride) \(stem.activation.rawValue)"]
      + resolved.map(\.fingerprint)
      + ["head \(head.channels) \(head.activation.rawValue) dropout \(dropout)"]
    return lines.joined(separator: "\n")
  }
}

extension ResolvedBlock {
  fileprivate var fingerprint: String {
    let groups = depthwiseGroups.map { "\($0.kernel)d\($0.dilation)x\($0.channels)" }
    var words = ["block"]
    if expands { words.append("expand \(expandedChannels) g\(expandGroups)") }
    words.append("depthwise \(groups.joined(separator: "+")) s\(stride)")
    if let squeezedChannels { words.append("squeeze \(squeezedChannels)") }
    words.append("project \(outputChannels) g\(projectGroups)")
    words.append(activation.rawValue)
    if addsInput { words.append("skip") }
    return words.joined(separator: " ")
  }
}

/// Fowler, Noll & Vo's hash, variant 1a, 128 bits.
struct FNV1a128: CustomStringConvertible {
  private var high: UInt64 = 0x6c62_272e_07bb_0142
  private var low: UInt64 = 0x62b8_2175_6295_c58d

  mutating func combine(_ text: String) {
    for byte in text.utf8 {
      low ^= UInt64(byte)
      // The prime is 2^88 + 0x13b.
      let product = low.multipliedFullWidth(by: 0x13b)
      high = product.high &+ high &* 0x13b &+ low << 24
      low = product.low
    }
  }

  var description: String {
    [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
