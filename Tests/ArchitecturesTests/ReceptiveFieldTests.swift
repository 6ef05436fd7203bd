import Testing

@testable import Architectures

struct ReceptiveFieldTests {
  private func builder() -> GraphBuilder {
    GraphBuilder(name: "test", input: TensorShape(height: 224, width: 224, channels: 3))
  }

  /// VGG-16 up to its last pool sees 212 pixels in steps of 32.
  @Test func vgg16() throws {
    var builder = builder()
    var end = builder.input
    for (stage, convolutions) in [2, 2, 3, 3, 3].enumerated() {
      for index in 0..<convolutions {
        end = try builder.add(
          .convolution(.init(outputChannels: 4, kernel: Extent(3))),
          named: "stage\(stage).convolution\(index)", [end])
      }
      end = try builder.add(
        .pool(.init(kind: .maximum, kernel: Extent(2), stride: Extent(2))),
        named: "stage\(stage).pool", [end])
    }
    #expect(
      builder.graph().receptiveField == ReceptiveField(extent: Extent(212), step: Extent(32)))
  }

  @Test func branchesTakeTheLargerField() throws {
    var builder = builder()
    let wide = try builder.add(
      .convolution(.init(outputChannels: 3, kernel: Extent(height: 1, width: 5))), named: "a",
      [0])
    let tall = try builder.add(
      .convolution(
        .init(outputChannels: 3, kernel: Extent(height: 3, width: 1), dilation: Extent(3))),
      named: "b", [0])
    _ = try builder.add(.concatenate, named: "c", [wide, tall])
    #expect(builder.graph().receptiveField.extent == Extent(height: 7, width: 5))
  }

  @Test func gatesDoNotCount() throws {
    var builder = builder()
    let pool = try builder.add(.globalAveragePool, named: "pool", [0])
    _ = try builder.add(.multiply, named: "scale", [0, pool])
    #expect(builder.graph().receptiveField.extent == Extent(1))
  }

  /// A product of two images sees what either sees.
  @Test func factorsOfOneSizeCount() throws {
    var builder = builder()
    let pool = try builder.add(
      .pool(.init(kind: .average, kernel: Extent(7), stride: Extent(1))), named: "pool", [0])
    _ = try builder.add(.multiply, named: "product", [0, pool])
    #expect(builder.graph().receptiveField.extent == Extent(7))
  }

  @Test func endlessStridesDoNotOverflow() throws {
    var builder = builder()
    var end = builder.input
    for index in 0..<200 {
      end = try builder.add(
        .pool(.init(kind: .maximum, kernel: Extent(1023), stride: Extent(1024))),
        named: "pool\(index)", [end])
    }
    #expect(builder.graph().receptiveField.extent.height > 1 << 40)
  }
}
