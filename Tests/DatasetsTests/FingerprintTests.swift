import Testing

@testable import Datasets

struct FingerprintTests {
  private func digest(_ text: String) -> String {
    let digest = Array(text.utf8).withUnsafeBytes { murmur3($0) }
    return digest.words.map(hexadecimal).joined()
  }

  /// Of the reference implementation, MurmurHash3_x64_128 with seed 0.
  @Test func murmurHasItsPublishedValues() {
    #expect(digest("") == "00000000000000000000000000000000")
    #expect(
      digest("The quick brown fox jumps over the lazy dog") == "e34bbc7bbc071b6c7a433ca9c49a9347")
    #expect(
      digest("The quick brown fox jumps over the lazy cog") == "658ca970ff85269a43fee3eaa68e5c3e")
  }

  @Test func everyByteAndSizeCounts() throws {
    func dataset(
      _ pixels: [UInt8], _ labels: [Int32] = [0, 1], height: Int = 2, width: Int = 3,
      classes: Int = 2
    ) throws -> ImageDataset {
      try ImageDataset(
        pixels: pixels, labels: labels, height: height, width: width, channels: 1,
        classNames: ClassNames.numbered(classes))
    }
    let pixels = (0..<12).map(UInt8.init)
    var datasets = [
      try dataset(pixels), try dataset(pixels, [1, 0]), try dataset(pixels, height: 3, width: 2),
      try dataset(pixels, classes: 3),
    ]
    for byte in pixels.indices {
      var changed = pixels
      changed[byte] ^= 128
      datasets.append(try dataset(changed))
    }
    let prints = datasets.map { fingerprint(of: [$0]) }
    #expect(Set(prints).count == datasets.count)
    #expect(prints.allSatisfy { $0.count == 32 })
    let reversed = Array(datasets[..<2].reversed())
    #expect(fingerprint(of: Array(datasets[..<2])) != fingerprint(of: reversed))
  }
}
