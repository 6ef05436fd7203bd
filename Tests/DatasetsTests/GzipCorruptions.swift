@testable import Datasets

private let images = "train-images-idx3-ubyte"

let gzipCorruptions = [
  Corruption("gzip without its end", .idx, images, { gzip($0).dropLast(9) }) { file, _ in
    .damagedArchive(
      file: file, offset: gzip(sampleImages()).count - 9,
      reason: "the file ends in the middle of its data")
  },
  Corruption("gzip without its checksum", .idx, images, { gzip($0).dropLast(4) }) { file, _ in
    .damagedArchive(
      file: file, offset: gzip(sampleImages()).count - 4,
      reason: "the file ends in the middle of its data")
  },
  Corruption(
    "gzip with a wrong checksum", .idx, images,
    { bytes in
      var bytes = gzip(bytes)
      bytes[bytes.count - 8] ^= 1
      return bytes
    }
  ) { file, _ in
    .damagedArchive(
      file: file, offset: gzip(sampleImages()).count - 4, reason: "incorrect data check")
  },
  Corruption("text behind gzip", .idx, images, { gzip($0) + Array("hello world".utf8) }) {
    file, _ in
    .damagedArchive(
      file: file, offset: gzip(sampleImages()).count + 2, reason: "incorrect header check")
  },
  Corruption("gzip of a short file", .idx, images, { gzip($0.dropLast(3)) }) { file, _ in
    .truncated(file: file, expectedBytes: 160, foundBytes: 157)
  },
  Corruption("gzip of a long file", .idx, images, { gzip($0 + [1, 2, 3]) }) { file, _ in
    .trailingBytes(file: file, expectedBytes: 160)
  },
  Corruption(
    "gzip bomb behind the images", .idx, images,
    {
      gzip($0) + gzip([UInt8](repeating: 0, count: 1 << 22))
    }
  ) { file, _ in
    .trailingBytes(file: file, expectedBytes: 160)
  },
  Corruption(
    "gzip of an absurd header", .idx, images,
    { _ in
      gzip(Sample.idx([1 << 31, 4096, 4096, 64], []))
    }
  ) { file, _ in
    .sizeImpossible(
      file: file, promisedBytes: 1 << 61 | 20,
      compressedBytes: gzip(Sample.idx([1 << 31, 4096, 4096, 64], [])).count)
  },
]

private func sampleImages() -> [UInt8] { Sample.idx([12, 3, 4], Sample.trainingPixels) }
