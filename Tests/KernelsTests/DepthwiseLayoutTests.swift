import Kernels
import Testing

@Suite struct DepthwiseLayoutTests {
  private func layout(
    _ groups: [(channels: Int, kernel: Int, dilation: Int, padTop: Int, padLeft: Int)],
    vectorWidth: Int
  ) -> DepthwiseLayout {
    let channels = groups.reduce(0) { $0 + $1.channels }
    return DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: 9, width: 9, channels: channels, outputHeight: 9, outputWidth: 9, stride: 1),
      groups: groups.map {
        DepthwiseChannelGroup(
          channels: $0.channels, kernel: $0.kernel, dilation: $0.dilation, padTop: $0.padTop,
          padLeft: $0.padLeft)
      },
      vectorWidth: vectorWidth)
  }

  @Test func onlyVectorsAcrossABoundaryPayForTheLargerKernel() {
    let layout = layout([(6, 3, 1, 1, 1), (6, 7, 1, 3, 3)], vectorWidth: 4)
    #expect(layout.vectors.map(\.taps) == [3, 7, 7])
    #expect(layout.vectors.map(\.padTop) == [1, 3, 3])
    #expect(layout.vectors.map(\.weights) == [0, 36, 36 + 196])
    #expect(layout.packedCount == 36 + 2 * 196)
    #expect(layout.canonicalCount == 6 * 9 + 6 * 49)
  }

  @Test func lastVectorHasTheLanesThatAreLeft() {
    let layout = layout([(7, 3, 1, 1, 1)], vectorWidth: 4)
    #expect(layout.vectors.map(\.lanes) == [4, 3])
  }

  @Test func dilationsMeetOnTheCoarsestLatticeThatHoldsBoth() {
    // Taps at -4, -2, 0, 2, 4 and at -6, 0, 6.
    let even = layout([(2, 5, 2, 4, 4), (2, 3, 6, 6, 6)], vectorWidth: 4)
    #expect(even.vectors.map(\.dilation) == [2])
    #expect(even.vectors.map(\.taps) == [7])
    // Taps at -2, 0, 2 and at -3, 0, 3.
    let odd = layout([(2, 3, 2, 2, 2), (2, 3, 3, 3, 3)], vectorWidth: 4)
    #expect(odd.vectors.map(\.dilation) == [1])
    #expect(odd.vectors.map(\.taps) == [7])
  }

  @Test func differentPaddingAboveAndLeft() {
    let layout = layout([(2, 3, 1, 0, 1), (2, 5, 1, 1, 2)], vectorWidth: 4)
    #expect(layout.vectors[0].padTop == 1)
    #expect(layout.vectors[0].padLeft == 2)
    #expect(layout.vectors[0].taps == 5)
  }

  @Test(arguments: [1, 4, 8, 16])
  func unpackUndoesPack(vectorWidth: Int) {
    let layout = layout(
      [(5, 3, 1, 1, 1), (9, 5, 2, 4, 4), (3, 1, 1, 0, 0), (6, 9, 1, 4, 4)],
      vectorWidth: vectorWidth)
    let canonical = (0..<layout.canonicalCount).map { Float($0 + 1) }
    var packed = [Float](repeating: .nan, count: layout.packedCount)
    layout.pack(canonical, into: &packed)
    #expect(packed.filter { $0 != 0 }.sorted() == canonical)
    var unpacked = [Float](repeating: .nan, count: layout.canonicalCount)
    layout.unpack(packed, into: &unpacked)
    #expect(unpacked == canonical)
  }
}
