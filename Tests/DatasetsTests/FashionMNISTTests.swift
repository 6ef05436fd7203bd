import Foundation
import Testing

@testable import Datasets

/// Where the real files may lie: beside the package.
private let directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("shared/data/fashion-mnist").path

struct FashionMNISTTests {
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: directory),
      "skipped: ../shared/data/fashion-mnist is not there"))
  func theRealFilesLoad() throws {
    let data = try DatasetSource(kind: .fashionMNIST, directory: directory).load()
    #expect(data.training.classHistogram == [Int](repeating: 6000, count: 10))
    #expect(data.test.classHistogram == [Int](repeating: 1000, count: 10))
    #expect(data.test.height == 28 && data.test.width == 28 && data.test.channels == 1)
    // The first training image is an ankle boot.
    #expect(data.training.className(of: 0) == "Ankle boot")
    let normalization = Normalization(of: ImageSubset(data.training))
    #expect(abs(normalization.mean[0] - 0.2860) < 1e-4)
    #expect(abs(normalization.deviation[0] - 0.3530) < 1e-4)
    #expect(data.fingerprint == "ce81cc7f2204f355e2ce0afe5420cd1b")
  }
}
