extension ReferenceNetwork {
  /// MobileNetV3-Large 1.0 (Howard et al. 2019, table 1).
  package static let mobileNetV3Large = ReferenceNetwork(
    name: "mobilenet-v3-large",
    summary: "MobileNetV3-Large (Howard et al. 2019), 5.5 M parameters",
    normalization: BatchNormalization(epsilon: 1e-3, momentum: 0.99)
  ) { layers, classes in
    try layers.addMobileNetV3(
      [
        .init(3, 16, 16, .relu),
        .init(3, 64, 24, .relu, stride: 2),
        .init(3, 72, 24, .relu),
        .init(5, 72, 40, squeezes: true, .relu, stride: 2),
        .init(5, 120, 40, squeezes: true, .relu),
        .init(5, 120, 40, squeezes: true, .relu),
        .init(3, 240, 80, .hardSwish, stride: 2),
        .init(3, 200, 80, .hardSwish),
        .init(3, 184, 80, .hardSwish),
        .init(3, 184, 80, .hardSwish),
        .init(3, 480, 112, squeezes: true, .hardSwish),
        .init(3, 672, 112, squeezes: true, .hardSwish),
        .init(5, 672, 160, squeezes: true, .hardSwish, stride: 2),
        .init(5, 960, 160, squeezes: true, .hardSwish),
        .init(5, 960, 160, squeezes: true, .hardSwish),
      ], head: 960, hidden: 1280, classes: classes)
  }
}
