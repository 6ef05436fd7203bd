/// How a mixed layer divides its channels among its kernels.
package enum ChannelSplit: String, Sendable, Hashable, Codable, CaseIterable {
  /// Equal shares, the remainder to the first (smallest) kernel.
  case equal
  /// A half, a quarter, …, the remainder to the last (largest) kernel.
  case exponential

  /// Channels of each of `groups` groups; they sum to `channels`. A group may get none, which
  /// the caller checks.
  ///
  /// `equal` is `_split_channels` of the released MixNet; `exponential` gives group i (from 1)
  /// `channels / 2^i`, rounded down (Tan & Le 2019, section 3.2 and figure 6).
  ///
  /// - Precondition: neither number is negative, and there is a group.
  package func channels(of channels: Int, among groups: Int) -> [Int] {
    precondition(channels >= 0 && groups > 0)
    switch self {
    case .equal:
      var shares = Array(repeating: channels / groups, count: groups)
      shares[0] += channels % groups
      return shares
    case .exponential:
      var shares = (1...groups).map { $0 < Int.bitWidth - 1 ? channels >> $0 : 0 }
      shares[groups - 1] += channels - shares.reduce(0, +)
      return shares
    }
  }
}
