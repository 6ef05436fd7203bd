import Testing

@testable import Datasets

struct NormalizationTests {
  private func dataset(_ pixels: [UInt8]) throws -> ImageDataset {
    try ImageDataset(
      pixels: pixels, labels: [0, 0], height: 1, width: 2, channels: 2, classNames: ["only"])
  }

  @Test func meansAndDeviationsOfEachChannel() throws {
    let data = try dataset([0, 7, 255, 7, 0, 7, 255, 7])
    let normalization = Normalization(of: ImageSubset(data))
    #expect(normalization.mean == [0.5, 7.0 / 255])
    // A channel that never changes is left at its scale.
    #expect(normalization.deviation == [0.5, 1])
    let table = normalization.table()
    #expect(table.count == 512)
    #expect(table[0] == -1 && table[255] == 1 && table[256 + 7] == 0)
  }

  @Test func onlyImagesOfTheSubsetCount() throws {
    let data = try dataset([10, 0, 30, 0, 255, 255, 255, 0])
    let normalization = Normalization(of: ImageSubset(data, indices: [0]))
    #expect(normalization.mean == [20.0 / 255, 0])
    #expect(normalization.deviation == [10.0 / 255, 1])
  }
}
