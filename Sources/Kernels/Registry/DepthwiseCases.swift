import KernelInterface

enum DepthwiseCases {
  /// Backward is one kernel with two results, of which a case shows one.
  enum Kernel { case forward, inputGradient, weightGradient }

  static func remainders(_ kernel: Kernel) -> [KernelCase] {
    (shapes + padded + fused + (kernel == .forward ? forwardAlone : [])).map { make($0, kernel) }
  }

  private static let shapes = [
    DepthwiseShape("one pixel, one channel", 1, 1, [(1, 3, 1)]),
    DepthwiseShape("one pixel, 3 channels", images: 2, 1, 1, [(3, 5, 1)]),
    DepthwiseShape("kernel 1", 4, 5, [(6, 1, 1)], hasBias: true),
    DepthwiseShape("kernel 1, stride 2", 7, 6, stride: 2, [(17, 1, 1)]),
    DepthwiseShape("channels below a vector", 6, 7, [(3, 3, 1)], hasBias: true),
    DepthwiseShape("channels of one vector", images: 2, 9, 20, [(16, 3, 1)]),
    DepthwiseShape("channels beyond a vector", images: 2, 8, 11, [(19, 5, 1)]),
    DepthwiseShape("half a vector left", images: 2, 10, 13, [(24, 3, 1)], hasBias: true),
    DepthwiseShape("kernel 13 on 5x5", images: 2, 5, 5, [(18, 13, 1)]),
    DepthwiseShape("kernel 31 on 9x9", 9, 9, [(18, 31, 1)]),
    DepthwiseShape(
      "kernels 3 to 13, groups across vectors", 14, 15,
      [(5, 3, 1), (7, 5, 1), (3, 7, 1), (9, 9, 1), (4, 11, 1), (10, 13, 1)]),
    DepthwiseShape("MixNet groups of 90", 7, 7, [(90, 3, 1), (90, 5, 1), (90, 7, 1), (90, 9, 1)]),
    DepthwiseShape("stride 2, even size", images: 2, 12, 16, stride: 2, [(20, 3, 1), (20, 7, 1)]),
    DepthwiseShape("stride 2, odd size", images: 2, 11, 9, stride: 2, [(9, 5, 1), (10, 9, 1)]),
    DepthwiseShape("stride 2, kernel 11 on 4x4", 4, 4, stride: 2, [(17, 11, 1)]),
    DepthwiseShape("stride 3", 13, 17, stride: 3, [(12, 5, 1)]),
    DepthwiseShape("stride 4, kernel 3", 13, 18, stride: 4, [(12, 3, 1)]),
    DepthwiseShape("stride 4 on 3x2", 3, 2, stride: 4, [(5, 3, 1)]),
    DepthwiseShape("dilation 2", 15, 14, [(21, 3, 2)]),
    DepthwiseShape("dilations 1, 2, 3, 4", 19, 18, [(5, 3, 1), (6, 3, 2), (8, 3, 3), (4, 3, 4)]),
    DepthwiseShape("stride 2, dilation 2", 12, 13, stride: 2, [(10, 5, 2)]),
    DepthwiseShape("stride 2, dilation 3", 16, 15, stride: 2, [(10, 3, 3)]),
    DepthwiseShape("stride 3, dilation 2", 16, 15, stride: 3, [(10, 5, 2)]),
    DepthwiseShape("one row", images: 3, 1, 30, [(8, 7, 1)]),
    DepthwiseShape("one column", images: 3, 30, 1, [(8, 7, 1)]),
    DepthwiseShape("wide rows", 12, 90, [(20, 9, 1)]),
    DepthwiseShape("wide rows, stride 2", 9, 131, stride: 2, [(16, 7, 1)]),
    DepthwiseShape("rows in bands, stride 2", 95, 93, stride: 2, [(52, 5, 1)]),
    DepthwiseShape("rows in bands, stride 4", 118, 120, stride: 4, [(36, 3, 1)]),
    DepthwiseShape("rows in bands, dilation 3", 90, 80, [(48, 3, 3)]),
    DepthwiseShape("rows in bands, several vectors", images: 2, 60, 100, [(24, 3, 1), (36, 5, 1)]),
    DepthwiseShape(
      "rows in bands, several vectors, three calls", images: 2, 60, 100, [(24, 3, 1), (36, 5, 1)],
      calls: 3),
    DepthwiseShape("rows in three calls", images: 3, 7, 9, [(24, 3, 1), (9, 5, 1)], calls: 3),
    DepthwiseShape(
      "rows in five calls, stride 2", images: 2, 14, 9, stride: 2, [(40, 7, 1)], calls: 5),
  ]

  /// Without zeros around the image, where input rows may lie behind the last window; and with
  /// more than the kernel is wide, where windows may lie outside of the image.
  private static let padded = [
    DepthwiseShape("valid", images: 2, 9, 11, [(19, 5, 1)], zeros: 0, hasBias: true),
    DepthwiseShape(
      "valid, groups of one window", 14, 13, [(9, 5, 1), (12, 3, 2)], zeros: 0, calls: 2),
    DepthwiseShape(
      "valid, one row behind", images: 2, 12, 14, stride: 2, [(20, 5, 1)], zeros: 0, calls: 3),
    DepthwiseShape("valid, two rows behind", images: 2, 13, 16, stride: 3, [(17, 5, 1)], zeros: 0),
    DepthwiseShape("valid, three rows behind", images: 2, 14, 18, stride: 4, [(5, 3, 1)], zeros: 0),
    DepthwiseShape("valid, a stride beyond the image", 5, 6, stride: 7, [(18, 3, 1)], zeros: 0),
    DepthwiseShape("valid, stride 2, dilation 3", 16, 15, stride: 2, [(24, 3, 3)], zeros: 0),
    DepthwiseShape("valid, rows in bands, stride 2", 96, 93, stride: 2, [(52, 5, 1)], zeros: 0),
    DepthwiseShape(
      "valid, swish in front", images: 2, 12, 11, stride: 2, [(20, 5, 1)], zeros: 0,
      activation: .relu6, transform: .swish, isCorrected: true, passesActivation: true, calls: 3),
    DepthwiseShape("zeros beyond kernel 1", 4, 5, [(6, 1, 1)], zeros: 2, hasBias: true),
    DepthwiseShape("zeros beyond kernel 3", images: 2, 5, 6, [(18, 3, 1)], zeros: 4, calls: 3),
    DepthwiseShape("zeros beyond kernel 3 on one pixel", 1, 1, [(16, 3, 1)], zeros: 5),
    DepthwiseShape(
      "zeros beyond kernel 5, stride 2", images: 2, 7, 6, stride: 2, [(20, 5, 1)], zeros: 7,
      calls: 4),
    DepthwiseShape(
      "zeros beyond kernel 3, stride 4", images: 2, 9, 11, stride: 4, [(12, 3, 1)], zeros: 6),
    DepthwiseShape(
      "zeros beyond kernel 3, dilation 2", images: 2, 8, 7, [(21, 3, 2), (4, 5, 1)], zeros: 8),
    DepthwiseShape(
      "zeros beyond kernel 3, rows in bands", 90, 80, [(48, 3, 1)], zeros: 5),
    DepthwiseShape(
      "zeros beyond kernel 3, swish in front", images: 2, 9, 8, [(7, 3, 1), (12, 3, 1)], zeros: 4,
      activation: .swish, hasBias: true, transform: .swish, isCorrected: true,
      passesActivation: true, calls: 3),
  ]

  /// With work on the operands as they are read.
  private static let fused = [
    DepthwiseShape(
      "scaled", images: 2, 6, 7, [(24, 3, 1)], transform: .identity, isCorrected: true),
    DepthwiseShape(
      "relu in front", images: 2, 7, 7, [(17, 5, 1)], transform: .relu, isCorrected: true),
    DepthwiseShape(
      "swish in front", images: 2, 9, 10, [(7, 3, 1), (12, 7, 1)], activation: .swish,
      hasBias: true, transform: .swish, isCorrected: true),
    DepthwiseShape(
      "swish in front, stride 2", images: 2, 12, 11, stride: 2, [(20, 5, 1)], activation: .relu6,
      transform: .swish, isCorrected: true),
    DepthwiseShape(
      "hard sigmoid in front, dilation 2", images: 2, 9, 9, [(20, 3, 2)],
      transform: .hardSigmoid, isCorrected: true, calls: 2),
    DepthwiseShape(
      "through swish", images: 2, 13, 11, [(7, 3, 1), (12, 7, 1)], transform: .swish,
      isCorrected: true, passesActivation: true),
    DepthwiseShape(
      "through relu6, dilation 3", images: 2, 12, 13, [(20, 3, 3)], transform: .relu6,
      isCorrected: true, passesActivation: true, calls: 2),
    DepthwiseShape(
      "through a scale alone", 6, 7, [(24, 3, 1)], transform: .identity, isCorrected: true,
      passesActivation: true),
    DepthwiseShape(
      "through hard swish, stride 2, kernel 1", images: 2, 8, 10, stride: 2, [(18, 1, 1)],
      transform: .hardSwish, isCorrected: true, passesActivation: true),
    DepthwiseShape(
      "through swish, stride 4, kernel 3", images: 2, 13, 18, stride: 4, [(12, 3, 1)],
      transform: .swish, isCorrected: true, passesActivation: true),
    DepthwiseShape(
      "through swish, rows in bands, stride 2", 95, 93, stride: 2, [(52, 5, 1)],
      transform: .swish, isCorrected: true, passesActivation: true),
  ]

  /// With work on the output.
  private static let forwardAlone =
    KernelActivation.allCases.map {
      DepthwiseShape("\($0)", 6, 9, [(11, 3, 1), (10, 5, 1)], activation: $0, hasBias: true)
    } + [
      DepthwiseShape(
        "sums of rows", 6, 9, [(11, 3, 1), (24, 5, 1)], hasBias: true, sumsRows: true),
      DepthwiseShape(
        "sums of rows behind relu, stride 2, three calls", images: 2, 11, 13, stride: 2,
        [(20, 3, 1), (9, 7, 1)], activation: .relu, sumsRows: true, calls: 3),
      DepthwiseShape(
        "sums of rows behind swish, rows in bands", images: 2, 60, 100, [(24, 3, 1), (36, 5, 1)],
        activation: .swish, sumsRows: true, calls: 3),
    ]

  /// Layers of MixNet-S at 224x224, mixed layers of 128 channels and layers of networks for
  /// images of 32x32.
  static func benchmarks(_ kernel: Kernel) -> [KernelCase] {
    let mixed = [(32, 3, 1), (32, 5, 1), (32, 7, 1), (32, 9, 1)]
    return [
      DepthwiseShape("112x112x32 k3", 112, 112, [(32, 3, 1)]),
      DepthwiseShape("112x112x96 k3.5.7 s2", 112, 112, stride: 2, thirds(96)),
      DepthwiseShape("56x56x144 k3", 56, 56, [(144, 3, 1)]),
      DepthwiseShape("56x56x144 k3.5.7 s2", 56, 56, stride: 2, thirds(144)),
      DepthwiseShape("28x28x240 k3.5", 28, 28, [(120, 3, 1), (120, 5, 1)]),
      DepthwiseShape("28x28x240 k3.5.7 s2", 28, 28, stride: 2, thirds(240)),
      DepthwiseShape("14x14x480 k3.5.7", 14, 14, thirds(480)),
      DepthwiseShape(
        "14x14x360 k3.5.7.9", 14, 14, [(90, 3, 1), (90, 5, 1), (90, 7, 1), (90, 9, 1)]),
      DepthwiseShape(
        "14x14x720 k3.5.7.9.11 s2", 14, 14, stride: 2,
        [(144, 3, 1), (144, 5, 1), (144, 7, 1), (144, 9, 1), (144, 11, 1)]),
      DepthwiseShape(
        "7x7x1200 k3.5.7.9", 7, 7, [(300, 3, 1), (300, 5, 1), (300, 7, 1), (300, 9, 1)]),
      DepthwiseShape("56x56x128 k3.5.7.9", 56, 56, mixed),
      DepthwiseShape("28x28x128 k3.5.7.9", 28, 28, mixed),
      DepthwiseShape("28x28x128 k3, dilation 2", 28, 28, [(128, 3, 2)]),
      DepthwiseShape("64x 56x56x128 k3.5.7.9", images: 64, 56, 56, mixed),
      DepthwiseShape("64x 28x28x128 k3.5.7.9", images: 64, 28, 28, mixed),
      DepthwiseShape("64x 32x32x48 k3.5.7 s2", images: 64, 32, 32, stride: 2, thirds(48)),
      DepthwiseShape("64x 16x16x72 k3.5", images: 64, 16, 16, [(36, 3, 1), (36, 5, 1)]),
      DepthwiseShape(
        "64x 8x8x128 k3.5.7.9", images: 64, 8, 8, [(64, 3, 1), (32, 5, 1), (16, 7, 1), (16, 9, 1)]),
      DepthwiseShape("64x 4x4x192 k3.5", images: 64, 4, 4, [(96, 3, 1), (96, 5, 1)]),
    ].map { make($0, kernel) }
  }

  private static func thirds(_ channels: Int) -> [(channels: Int, kernel: Int, dilation: Int)] {
    [3, 5, 7].map { (channels / 3, $0, 1) }
  }

  private static func make(_ shape: DepthwiseShape, _ kernel: Kernel) -> KernelCase {
    KernelCase(name: shape.name) { set in
      let operands = DepthwiseOperands(shape, set)
      return kernel == .forward
        ? operands.forward() : operands.backward(showsWeights: kernel == .weightGradient)
    }
  }
}
