import Testing

@testable import Architectures

struct PaddingTests {
  /// The numbers of TensorFlow's documentation of 'SAME': the odd row more is behind the image.
  @Test(arguments: [
    // size, extent, stride, output, before, after
    (224, 3, 2, 112, 0, 1), (225, 3, 2, 113, 1, 1), (7, 3, 1, 7, 1, 1), (14, 7, 2, 7, 2, 3),
    (14, 11, 2, 7, 4, 5), (5, 2, 2, 3, 0, 1), (5, 2, 1, 5, 0, 1), (8, 1, 2, 4, 0, 0),
    (1, 5, 2, 1, 2, 2), (2, 9, 2, 1, 3, 4), (10, 3, 5, 2, 0, 0),
  ])
  func same(size: Int, extent: Int, stride: Int, output: Int, before: Int, after: Int) {
    let axis = WindowAxis.same(size: size, extent: extent, stride: stride)
    #expect(axis.output == output)
    #expect(axis.before == before)
    #expect(axis.after == after)
  }

  @Test func convolutionsPadEachAxis() {
    let input = TensorShape(height: 14, width: 7, channels: 1)
    var convolution = Convolution(
      outputChannels: 1, kernel: Extent(height: 7, width: 3), stride: Extent(height: 2, width: 1),
      dilation: Extent(height: 1, width: 2))
    #expect(
      convolution.resolvedPadding(for: input) == EdgePadding(top: 2, left: 2, bottom: 3, right: 2))
    convolution.padding = .symmetric(Extent(height: 3, width: 0))
    #expect(
      convolution.resolvedPadding(for: input) == EdgePadding(top: 3, left: 0, bottom: 3, right: 0))
  }

  /// Each group is padded for its own reach, so their windows share a center at stride 1 but
  /// need not at stride 2.
  @Test func depthwiseGroupsPadOnTheirOwn() {
    let input = TensorShape(height: 14, width: 15, channels: 3)
    var layer = MixedDepthwise(
      groups: [
        .init(kernel: 3, channels: 1), .init(kernel: 7, channels: 1),
        .init(kernel: 3, dilation: 4, channels: 1),
      ], stride: 2)
    #expect(
      layer.resolvedPaddings(for: input) == [
        EdgePadding(top: 0, left: 1, bottom: 1, right: 1),
        EdgePadding(top: 2, left: 3, bottom: 3, right: 3),
        EdgePadding(top: 3, left: 4, bottom: 4, right: 4),
      ])
    layer.padding = .centered
    #expect(
      layer.resolvedPaddings(for: input)
        == [1, 3, 4].map {
          EdgePadding(top: $0, left: $0, bottom: $0, right: $0)
        })
  }

  @Test func poolsThatRoundUpReachFurther() {
    let input = TensorShape(height: 8, width: 9, channels: 1)
    let pool = Pool(
      kind: .maximum, kernel: Extent(3), stride: Extent(2), padding: .valid, roundsUp: true)
    #expect(pool.resolvedPadding(for: input) == EdgePadding(top: 0, left: 0, bottom: 1, right: 0))
  }

  @Test func pointwiseConvolutions() {
    #expect(Convolution(outputChannels: 4, kernel: Extent(1)).isPointwise)
    #expect(Convolution(outputChannels: 4, kernel: Extent(1), padding: .valid).isPointwise)
    #expect(!Convolution(outputChannels: 4, kernel: Extent(1), stride: Extent(2)).isPointwise)
    let padded = Convolution(
      outputChannels: 4, kernel: Extent(1), padding: .symmetric(Extent(1)))
    #expect(!padded.isPointwise)
    #expect(
      !Convolution(outputChannels: 4, kernel: Extent(height: 1, width: 3)).isPointwise)
  }
}
