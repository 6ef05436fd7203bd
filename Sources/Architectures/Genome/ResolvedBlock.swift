/// A block whose ratios have become numbers of channels: exactly what its network computes.
package struct ResolvedBlock: Sendable, Hashable {
  package var inputChannels: Int
  /// Whether there is an expanding 1×1 convolution. Without one, `expandedChannels` is
  /// `inputChannels`.
  package var expands: Bool
  package var expandedChannels: Int
  package var expandGroups: Int
  package var depthwiseGroups: [MixedDepthwise.Group]
  package var stride: Int
  /// Width between the two layers of the squeeze-and-excitation, nil without one.
  package var squeezedChannels: Int?
  package var projectGroups: Int
  package var outputChannels: Int
  package var activation: Activation
  package var addsInput: Bool
}

extension Block {
  /// Works the numbers of channels out for a block that reads `inputChannels`.
  ///
  /// The rules are those of the released MixNet: `Int(inputChannels * expansion)` expanded
  /// channels, `max(1, Int(inputChannels * ratio))` squeezed ones.
  package func resolved(inputChannels: Int) throws(GenomeError.Reason) -> ResolvedBlock {
    try check("number of input channels", inputChannels, GenomeLimits.channels)
    try check("number of output channels", outputChannels, GenomeLimits.channels)
    try check("stride", stride, GenomeLimits.stride)
    try checkKernels()
    let expanded = try expandedChannels(of: inputChannels)
    let expands = expansion != 1
    if expands {
      try checkGroups("expand groups", expandGroups, of: min(inputChannels, expanded))
    } else {
      try check("expand groups", expandGroups, GenomeLimits.groups)
    }
    try checkGroups("project groups", projectGroups, of: min(expanded, outputChannels))
    return ResolvedBlock(
      inputChannels: inputChannels, expands: expands, expandedChannels: expanded,
      expandGroups: expands ? expandGroups : 1,
      depthwiseGroups: try depthwiseGroups(of: expanded), stride: stride,
      squeezedChannels: try squeezedChannels(of: inputChannels), projectGroups: projectGroups,
      outputChannels: outputChannels, activation: activation,
      addsInput: hasSkip && stride == 1 && inputChannels == outputChannels)
  }

  /// A dilated kernel keeps its reach with 3×3 taps, but only where every pixel is visited.
  private func depthwiseGroups(
    of channels: Int
  ) throws(GenomeError.Reason) -> [MixedDepthwise.Group] {
    let ascending = kernels.sorted()
    let shares = split.channels(of: channels, among: kernels.count)
    guard shares.allSatisfy({ $0 > 0 }) else {
      throw .emptyGroup(kernels: ascending, split: split, channels: channels)
    }
    return zip(ascending, shares).map { kernel, share in
      isDilated && stride == 1 && kernel > 3
        ? .init(kernel: 3, dilation: (kernel - 1) / 2, channels: share)
        : .init(kernel: kernel, channels: share)
    }
  }

  private func expandedChannels(of inputs: Int) throws(GenomeError.Reason) -> Int {
    guard expansion > 0, expansion <= GenomeLimits.ratio else {
      throw .ratio("expansion", expansion, allowed: "above 0 to \(Int(GenomeLimits.ratio))")
    }
    let expanded = Int(Double(inputs) * expansion)
    guard expanded > 0 else {
      throw .noExpandedChannels(inputs: inputs, expansion: expansion)
    }
    try check("number of expanded channels", expanded, 1...GraphLimits.channels)
    return expanded
  }

  private func squeezedChannels(of inputs: Int) throws(GenomeError.Reason) -> Int? {
    let ratio = squeezeExcitationRatio
    guard ratio >= 0, ratio <= GenomeLimits.ratio else {
      throw .ratio(
        "squeeze-excitation ratio", ratio, allowed: "0 (none) to \(Int(GenomeLimits.ratio))")
    }
    return ratio == 0 ? nil : max(1, Int(Double(inputs) * ratio))
  }

  private func checkKernels() throws(GenomeError.Reason) {
    guard !kernels.isEmpty else { throw .noKernels }
    var seen: Set<Int> = []
    for kernel in kernels {
      try checkKernel(kernel)
      guard seen.insert(kernel).inserted else { throw .repeatedKernel(kernel) }
    }
  }

  private func checkGroups(
    _ what: String, _ groups: Int, of channels: Int
  ) throws(GenomeError.Reason) {
    try check(what, groups, GenomeLimits.groups)
    guard groups <= channels else {
      throw .groupsExceedChannels(what, groups: groups, channels: channels)
    }
  }
}

/// - Throws: `number` unless the value is allowed.
func check(
  _ what: String, _ value: Int, _ allowed: ClosedRange<Int>
) throws(GenomeError.Reason) {
  guard allowed.contains(value) else { throw .number(what, value, allowed: allowed) }
}

func checkKernel(_ kernel: Int) throws(GenomeError.Reason) {
  try check("kernel", kernel, GenomeLimits.kernel)
  guard kernel % 2 == 1 else { throw .evenKernel(kernel) }
}
