/// Why a genome is no network.
package struct GenomeError: Error, Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    case stem
    /// Index as in node names, from 0.
    case block(Int)
    case blocks
    case head
    case classifier
  }

  package let place: Place
  package let reason: Reason

  package init(place: Place, reason: Reason) {
    self.place = place
    self.reason = reason
  }

  /// The rule that is broken there, with the values that do; texts name a number of the genome.
  package enum Reason: Error, Sendable, Hashable {
    case number(String, Int, allowed: ClosedRange<Int>)
    case ratio(String, Double, allowed: String)
    case noKernels
    case evenKernel(Int)
    /// Two groups with one kernel are one group; its share would be unclear.
    case repeatedKernel(Int)
    case emptyGroup(kernels: [Int], split: ChannelSplit, channels: Int)
    case groupsExceedChannels(String, groups: Int, channels: Int)
    case noExpandedChannels(inputs: Int, expansion: Double)
    /// A stride on an image of one pixel.
    case imageShrunkToNothing(stride: Int)
  }
}

extension GenomeError: CustomStringConvertible {
  package var description: String { "\(place): \(reason)" }
}

extension GenomeError.Place: CustomStringConvertible {
  package var description: String {
    switch self {
    case .stem: "stem"
    case .block(let index): "block \(index)"
    case .blocks: "blocks"
    case .head: "head"
    case .classifier: "classifier"
    }
  }
}

extension GenomeError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .number(let what, let value, let allowed):
      "\(what) is \(value); \(allowed.lowerBound) to \(allowed.upperBound) are allowed"
    case .ratio(let what, let value, let allowed): "\(what) is \(value); \(allowed) is allowed"
    case .noKernels: "there is no kernel; at least one is needed"
    case .evenKernel(let kernel):
      "kernel \(kernel) is even; odd kernels from \(GenomeLimits.kernel.lowerBound) to "
        + "\(GenomeLimits.kernel.upperBound) are allowed"
    case .repeatedKernel(let kernel): "kernel \(kernel) stands twice; each kernel is one group"
    case .emptyGroup(let kernels, let split, let channels):
      "an \(split.rawValue) split of \(channels) channels among \(kernels.count) kernels leaves "
        + "a group without a channel; take fewer kernels or more channels"
    case .groupsExceedChannels(let what, let groups, let channels):
      "\(what) is \(groups), but there are only \(channels) channels to share among them"
    case .noExpandedChannels(let inputs, let expansion):
      "\(inputs) channels times expansion \(expansion) leave none"
    case .imageShrunkToNothing(let stride):
      "stride \(stride) on an image of one pixel; use fewer strides or a larger input"
    }
  }
}
