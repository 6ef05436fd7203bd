extension ReferenceNetwork {
  /// MobileNetV1 1.0 (Howard et al. 2017), with the paper's ReLU; the released TensorFlow network
  /// has ReLU6. The paper's table 1 prints stride 2 for the last depthwise layer, which has 1, and
  /// its table 2 prints 1.19 % for the stem's share of multiply-adds, which is 1.91 %.
  ///
  /// Batch norm is that of the release: epsilon 1e-3, moving average with 0.9997.
  package static let mobileNetV1 = ReferenceNetwork(
    name: "mobilenet-v1", summary: "MobileNetV1 1.0 (Howard et al. 2017), 4.2 M parameters",
    normalization: BatchNormalization(epsilon: 1e-3, momentum: 0.9997)
  ) { layers, classes in
    try layers.addNormalized(
      .convolution(Convolution(outputChannels: 32, kernel: Extent(3), stride: Extent(2))),
      in: "stem", .relu)
    let blocks =
      [(1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512)]
      + Array(repeating: (1, 512), count: 5) + [(2, 1024), (1, 1024)]
    for (index, (stride, channels)) in blocks.enumerated() {
      let path = "blocks.\(index)"
      try layers.addNormalized(
        .depthwise(3, channels: layers.channels, stride: stride), in: path + ".depthwise", .relu)
      try layers.addNormalized(.pointwise(channels), in: path + ".pointwise", .relu)
    }
    try layers.addClassifier(dropout: 1e-3, classes: classes)
  }
}
