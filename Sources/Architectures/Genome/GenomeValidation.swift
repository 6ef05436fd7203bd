extension Genome {
  /// Checks everything that doesn't depend on the input's size.
  ///
  /// - Throws: `GenomeError`, which names the place and what is allowed there.
  package func validate() throws(GenomeError) {
    do throws(GenomeError.Reason) {
      try check("number of channels", stem.channels, GenomeLimits.channels)
      try checkKernel(stem.kernel)
      try check("stride", stem.stride, GenomeLimits.stride)
    } catch {
      throw GenomeError(place: .stem, reason: error)
    }
    _ = try resolvedBlocks()
    do throws(GenomeError.Reason) {
      try check("number of channels", head.channels, GenomeLimits.channels)
      guard head.dropout >= 0, head.dropout < 1 else {
        throw .ratio("dropout", head.dropout, allowed: "0 to below 1")
      }
    } catch {
      throw GenomeError(place: .head, reason: error)
    }
  }

  /// Every block with its numbers of channels worked out, each reading what the one before it
  /// puts out.
  package func resolvedBlocks() throws(GenomeError) -> [ResolvedBlock] {
    guard GenomeLimits.blocks.contains(blocks.count) else {
      throw GenomeError(
        place: .blocks,
        reason: .number("number of blocks", blocks.count, allowed: GenomeLimits.blocks))
    }
    var channels = stem.channels
    var resolved: [ResolvedBlock] = []
    for (index, block) in blocks.enumerated() {
      do {
        resolved.append(try block.resolved(inputChannels: channels))
      } catch {
        throw GenomeError(place: .block(index), reason: error)
      }
      channels = block.outputChannels
    }
    return resolved
  }
}
