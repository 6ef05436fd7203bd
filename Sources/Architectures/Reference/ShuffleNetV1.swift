extension ReferenceNetwork {
  /// ShuffleNetV1 1× (Zhang et al. 2018) with 1, 2, 3, 4 or 8 groups in its 1×1 convolutions.
  ///
  /// The paper says little of padding and batch norm; both are as in PyTorch, where its authors
  /// released it, but that the average pool leaves padding out of the mean.
  package static let shuffleNetsV1 = [1, 2, 3, 4, 8].map { groups in
    ReferenceNetwork(
      name: "shufflenet-v1-g\(groups)",
      summary: "ShuffleNetV1 1×, \(groups) group\(groups == 1 ? "" : "s") (Zhang et al. 2018)",
      normalization: BatchNormalization(epsilon: 1e-5, momentum: 0.9)
    ) { layers, classes in try layers.addShuffleNetV1(groups: groups, classes: classes) }
  }
}

extension LayerAssembly {
  fileprivate mutating func addShuffleNetV1(groups: Int, classes: Int) throws(GraphError) {
    try addNormalized(
      .convolution(
        Convolution(
          outputChannels: 24, kernel: Extent(3), stride: Extent(2),
          padding: .symmetric(Extent(1)))), in: "stem", .relu)
    try addPool(.maximum, named: "pool")
    // Width of the first stage such that all group counts cost about the same (table 1).
    let width =
      switch groups {
      case 1: 144
      case 2: 200
      case 3: 240
      case 4: 272
      default: 384
      }
    var index = 0
    for (stage, units) in [4, 8, 4].enumerated() {
      for unit in 0..<units {
        try addUnit(
          outputs: width << stage, groups: groups, reduceGroups: index == 0 ? 1 : groups,
          halves: unit == 0, in: "blocks.\(index)")
        index += 1
      }
    }
    try addClassifier(classes: classes)
  }

  /// Grouped 1×1 to a quarter of the output's channels, shuffle, depthwise 3×3 without an
  /// activation, grouped 1×1, then the sum with the input. A unit that halves the image puts the
  /// pooled input beside its own channels instead, and so makes `outputs - inputs` of them.
  ///
  /// - Parameter reduceGroups: the very first unit reads too few channels to group them.
  private mutating func addUnit(
    outputs: Int, groups: Int, reduceGroups: Int, halves: Bool, in path: String
  ) throws(GraphError) {
    let input = end
    let inputs = channels
    try addNormalized(
      .pointwise(outputs / 4, groups: reduceGroups), in: path + ".reduce", .relu)
    if groups > 1 { try add(.channelShuffle(groups: groups), named: path + ".reduce.shuffle") }
    try addNormalized(
      .depthwise(3, channels: outputs / 4, stride: halves ? 2 : 1, padding: .centered),
      in: path + ".depthwise")
    try addNormalized(
      .pointwise(halves ? outputs - inputs : outputs, groups: groups), in: path + ".expand")
    if halves {
      let branch = end
      end = input
      try addPool(.average, named: path + ".shortcut")
      try add(.concatenate, named: path + ".concatenate", [end, branch])
    } else {
      try add(.add, named: path + ".add", [end, input])
    }
    try add(.activation(.relu), named: path + ".activation")
  }

  /// 3×3 with stride 2.
  private mutating func addPool(_ kind: Pool.Kind, named name: String) throws(GraphError) {
    try add(
      .pool(
        Pool(kind: kind, kernel: Extent(3), stride: Extent(2), padding: .symmetric(Extent(1)))),
      named: name)
  }
}
