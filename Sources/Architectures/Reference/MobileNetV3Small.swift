extension ReferenceNetwork {
  /// MobileNetV3-Small 1.0 (Howard et al. 2019) as released: the paper's table 2 has 1280 hidden
  /// units and a squeeze-and-excitation behind the last convolution (2.9 M parameters), the
  /// released network 1024 and none.
  package static let mobileNetV3Small = ReferenceNetwork(
    name: "mobilenet-v3-small",
    summary: "MobileNetV3-Small (Howard et al. 2019), 2.5 M parameters",
    normalization: BatchNormalization(epsilon: 1e-3, momentum: 0.99)
  ) { layers, classes in
    try layers.addMobileNetV3(
      [
        .init(3, 16, 16, squeezes: true, .relu, stride: 2),
        .init(3, 72, 24, .relu, stride: 2),
        .init(3, 88, 24, .relu),
        .init(5, 96, 40, squeezes: true, .hardSwish, stride: 2),
        .init(5, 240, 40, squeezes: true, .hardSwish),
        .init(5, 240, 40, squeezes: true, .hardSwish),
        .init(5, 120, 48, squeezes: true, .hardSwish),
        .init(5, 144, 48, squeezes: true, .hardSwish),
        .init(5, 288, 96, squeezes: true, .hardSwish, stride: 2),
        .init(5, 576, 96, squeezes: true, .hardSwish),
        .init(5, 576, 96, squeezes: true, .hardSwish),
      ], head: 576, hidden: 1024, classes: classes)
  }
}
