import Randomness
import Testing

@testable import Datasets

/// Whatever stands in a file, a reader either loads it or throws a `DatasetError`.
struct TruncationTests {
  private static let samples: [(kind: DatasetKind, file: String)] = [
    (.idx, "train-images-idx3-ubyte"), (.idx, "t10k-labels-idx1-ubyte"),
    (.npy, "train/images.npy"), (.npy, "test/labels.npy"),
    (.cifar10, "data_batch_1.bin"), (.cifar100, "test.bin"),
  ]

  @Test(arguments: samples)
  func everyPrefixIsRefused(kind: DatasetKind, file: String) throws {
    let folder = try Sample.folder(of: kind)
    let bytes = try folder.bytes(file)
    for length in 0..<min(bytes.count, 300) {
      try folder.write(file, Array(bytes[..<length]))
      #expect(folder.error(kind) != nil, "\(length) bytes")
    }
  }

  @Test func everyPrefixOfGzipIsRefused() throws {
    let folder = try Sample.idx()
    let file = "train-images-idx3-ubyte"
    let bytes = gzip(try folder.bytes(file))
    for length in 0..<bytes.count {
      try folder.write(file, Array(bytes[..<length]))
      #expect(folder.error(.idx) != nil, "\(length) bytes")
    }
  }

  @Test(arguments: samples)
  func changedHeadersNeverCrash(kind: DatasetKind, file: String) throws {
    let folder = try Sample.folder(of: kind)
    let bytes = try folder.bytes(file)
    var random = RandomStream(seed: 11).substream(file)
    for _ in 0..<300 {
      var changed = bytes
      for _ in 0...random.below(3) {
        changed[random.below(min(130, changed.count))] = UInt8(random.below(256))
      }
      try folder.write(file, changed)
      do {
        _ = try folder.load(kind)
      } catch {
        #expect(error is DatasetError)
      }
    }
  }

  @Test func changedGzipNeverLoadsOtherData() throws {
    let folder = try Sample.idx()
    let expected = try folder.load(.idx).fingerprint
    let file = "train-images-idx3-ubyte"
    let bytes = gzip(try folder.bytes(file))
    var random = RandomStream(seed: 12)
    for _ in 0..<300 {
      var changed = bytes
      changed[random.below(changed.count)] = UInt8(random.below(256))
      try folder.write(file, changed)
      if let data = try? folder.load(.idx) { #expect(data.fingerprint == expected) }
    }
  }
}
