/// `[groups, channels / groups]` transposed: output channel `j * groups + i` is input channel
/// `i * (channels / groups) + j` (Zhang et al. 2017, ShuffleNet).
struct ChannelShuffle: OperationRules {
  var groups: Int

  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape {
    let channels = inputs[0].channels
    try GraphLimits.check("number of groups", groups, from: 1, upTo: GraphLimits.channels)
    guard channels % groups == 0 else {
      throw .groupsDoNotDivide(groups: groups, channels: channels)
    }
    return inputs[0]
  }

  var category: String { "channel shuffle" }

  var summary: String { "channel shuffle \(groups)" }
}
