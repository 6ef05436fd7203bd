import Testing

@testable import Datasets

struct ResizingTests {
  private func dataset(
    _ pixels: [UInt8], height: Int, width: Int, channels: Int
  ) throws
    -> ImageDataset
  {
    try ImageDataset(
      pixels: pixels,
      labels: [Int32](repeating: 0, count: pixels.count / (height * width * channels)),
      height: height, width: width, channels: channels, classNames: ["only"])
  }

  @Test func halvingAveragesFourPixels() throws {
    let data = try dataset(
      [0, 100, 10, 20, 200, 100, 30, 40, 0, 0, 255, 255, 0, 0, 255, 255], height: 4, width: 4,
      channels: 1)
    #expect(try data.resized(to: 2).pixels == [100, 25, 0, 255])
  }

  @Test func doublingIsLinearBetweenCentres() throws {
    let data = try dataset([0, 100, 0, 100], height: 2, width: 2, channels: 1)
    let line: [UInt8] = [0, 25, 75, 100]
    #expect(try data.resized(to: 4).pixels == line + line + line + line)
  }

  @Test(arguments: [1, 5, 7, 20, 31])
  func evenImagesStayEven(side: Int) throws {
    let colours: [UInt8] = [0, 77, 255]
    let data = try dataset(
      (0..<2 * 9 * 12).flatMap { _ in colours }, height: 9, width: 12, channels: 3)
    let resized = try data.resized(to: side)
    #expect(
      [resized.height, resized.width, resized.channels, resized.count] == [side, side, 3, 2])
    let expected = (0..<2 * side * side).flatMap { _ in colours }
    #expect(resized.pixels == expected)
    #expect(resized.labels == data.labels)
  }

  @Test func theSameSizeIsTheSameDataset() throws {
    let data = try dataset([1, 2, 3, 4], height: 2, width: 2, channels: 1)
    #expect(try data.resized(to: 2) == data)
  }

  @Test func moreThanMemoryHoldsIsAnError() throws {
    let data = try dataset([1, 2, 3, 4], height: 2, width: 2, channels: 1)
    let error = #expect(throws: DatasetError.self) { try data.resized(to: 1 << 24) }
    #expect(error?.description.contains("lower resolution") == true)
  }

  @Test(arguments: [(28, 24), (32, 20), (24, 32), (7, 224), (5, 1), (1, 3)])
  func weightsAddUpAndReachOnlyPixels(source: Int, target: Int) {
    let taps = ResizeTaps(from: source, to: target)
    #expect(taps.ranges.count == target)
    for range in taps.ranges {
      #expect(taps.weights[range].reduce(0, +) == ResizeTaps.unit)
      #expect(taps.positions[range].allSatisfy { (0..<source).contains($0) })
      #expect(taps.weights[range].allSatisfy { $0 >= 0 })
    }
  }
}
