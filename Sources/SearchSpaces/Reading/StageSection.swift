import Architectures

extension SpaceSections {
  /// The keys of a stage; `defaults` has the same.
  static let stage = SpaceSection(
    title: "stages",
    keys: [
      SpaceKey(
        "channels", options(.integer(SpaceLimits.channels)), standard: nil,
        "output channels of the stage's blocks"),
      SpaceKey(
        "width-multipliers", options(.number(.from(0.1, to: 4))), standard: "1",
        "every channel count times each of these, rounded to the nearest multiple of 8, or up where that "
          + "would take more than a tenth; 1 keeps the count "
          + "as written, equal results count once"),
      SpaceKey(
        "stride", .integer(GenomeLimits.stride), standard: "1",
        "of the stage's first block; the others have 1"),
      SpaceKey("repeats", options(.integer(SpaceLimits.repeats)), standard: "1", "blocks"),
      SpaceKey(
        "kernels", .options(.kernelSet(SpaceLimits.kernels), limit: SpaceLimits.kernelSets),
        standard: "3", "sets of depthwise kernels, each set one choice"),
      SpaceKey(
        "split", options(.words(ChannelSplit.allCases.map(\.rawValue))), standard: "equal",
        "how the channels are divided among a set's kernels"),
      SpaceKey(
        "dilated", options(.flag), standard: "false",
        "whether kernels above 3 are 3×3 with gaps, in stride 1"),
      SpaceKey(
        "expansion", options(.number(.from(1, to: 16))), standard: "6",
        "inner channels per input channel; 1 leaves the expanding convolution out"),
      SpaceKey(
        "expand-groups", options(.integer(GenomeLimits.groups)), standard: "1",
        "groups of the expanding 1×1 convolution"),
      SpaceKey(
        "project-groups", options(.integer(GenomeLimits.groups)), standard: "1",
        "groups of the projecting 1×1 convolution"),
      SpaceKey(
        "squeeze-excitation", options(.number(.from(0, to: 1))), standard: "0",
        "width of squeeze-and-excitation per input channel; 0 leaves it out"),
      SpaceKey(
        "activation", options(.words(Activation.allCases.map(\.rawValue))), standard: "relu",
        "of the whole block"),
      SpaceKey(
        "skip", options(.flag), standard: "true",
        "whether a block adds its input where stride and channels allow it"),
    ])

  private static func options(_ value: Allowed) -> Allowed {
    .options(value, limit: SpaceLimits.options)
  }
}
