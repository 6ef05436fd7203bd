extension ReferenceNetwork {
  /// ResNet-50 (He et al. 2016) with the stride in the 3×3 convolution, known as version 1.5: what
  /// most frameworks mean by the name.
  package static let resNet50 = ReferenceNetwork(
    name: "resnet-50", summary: "ResNet-50 v1.5 (He et al. 2016), 25.6 M parameters",
    normalization: .resNet
  ) { layers, classes in try layers.addResNet50(stridesInReduction: false, classes: classes) }

  /// ResNet-50 as in the paper: the stride in the first 1×1 convolution.
  package static let resNet50V1 = ReferenceNetwork(
    name: "resnet-50-v1",
    summary: "ResNet-50 of the paper (He et al. 2016), 25.6 M parameters",
    normalization: .resNet
  ) { layers, classes in try layers.addResNet50(stridesInReduction: true, classes: classes) }
}

extension BatchNormalization {
  fileprivate static let resNet = BatchNormalization(epsilon: 1e-5, momentum: 0.9)
}

extension LayerAssembly {
  /// Shortcuts are projections where shapes differ (option B of the paper).
  fileprivate mutating func addResNet50(
    stridesInReduction: Bool, classes: Int
  ) throws(GraphError) {
    try addNormalized(
      .convolution(
        Convolution(
          outputChannels: 64, kernel: Extent(7), stride: Extent(2),
          padding: .symmetric(Extent(3)))), in: "stem", .relu)
    try add(
      .pool(
        Pool(
          kind: .maximum, kernel: Extent(3), stride: Extent(2), padding: .symmetric(Extent(1)))),
      named: "pool")
    var index = 0
    for (stage, count) in [3, 4, 6, 3].enumerated() {
      for block in 0..<count {
        let stride = block == 0 && stage > 0 ? 2 : 1
        try addBottleneck(
          width: 64 << stage, stride: stride, stridesInReduction: stridesInReduction,
          in: "blocks.\(index)")
        index += 1
      }
    }
    try addClassifier(classes: classes)
  }

  /// 1×1 to a quarter of the output's channels, 3×3, 1×1 back, the shortcut added, ReLU.
  private mutating func addBottleneck(
    width: Int, stride: Int, stridesInReduction: Bool, in path: String
  ) throws(GraphError) {
    let input = end
    let isProjected = stride > 1 || channels != 4 * width
    try addNormalized(
      .unpadded(width, stride: stridesInReduction ? stride : 1), in: path + ".reduce", .relu)
    try addNormalized(
      .convolution(
        Convolution(
          outputChannels: width, kernel: Extent(3),
          stride: Extent(stridesInReduction ? 1 : stride), padding: .symmetric(Extent(1)))),
      in: path + ".spatial", .relu)
    try addNormalized(.pointwise(4 * width), in: path + ".expand")
    let branch = end
    end = input
    if isProjected {
      try addNormalized(.unpadded(4 * width, stride: stride), in: path + ".shortcut")
    }
    try add(.add, named: path + ".add", [branch, end])
    try add(.activation(.relu), named: path + ".activation")
  }
}

extension Operation {
  /// A 1×1 convolution with a stride.
  fileprivate static func unpadded(_ channels: Int, stride: Int) -> Operation {
    .convolution(
      Convolution(
        outputChannels: channels, kernel: Extent(1), stride: Extent(stride), padding: .valid))
  }
}
