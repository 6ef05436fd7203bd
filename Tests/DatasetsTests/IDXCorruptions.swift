@testable import Datasets

private let images = "train-images-idx3-ubyte"
private let labels = "train-labels-idx1-ubyte"
private let full = [255, 255, 255, 255] as [UInt8]

let idxCorruptions = [
  Corruption("not IDX", .idx, images, { [7] + $0.dropFirst() }) { file, _ in
    .wrongMagic(file: file, found: [7, 0, 8, 3], expected: "an IDX file (00 00)")
  },
  Corruption("labels as images", .idx, images, { _ in Sample.idx([12], Sample.trainingLabels) }) {
    file, _ in
    .badHeader(
      file: file, offset: 3, key: "the number of sizes", found: "1", allowed: "3 or 4")
  },
  Corruption("floats as images", .idx, images, { [0, 0, 13] + $0[3...] }) { file, _ in
    .badHeader(
      file: file, offset: 2, key: "the type of elements", found: "d",
      allowed: "unsigned bytes (08)")
  },
  Corruption("floats as labels", .idx, labels, { [0, 0, 13] + $0[3...] }) { file, _ in
    .badHeader(
      file: file, offset: 2, key: "the type of elements", found: "d",
      allowed: "integers (08, 09, 0b, 0c)")
  },
  Corruption("empty file", .idx, images, { _ in [] }) { file, _ in
    .truncated(file: file, expectedBytes: 4, foundBytes: 0)
  },
  Corruption("no images", .idx, images, { _ in Sample.idx([0, 3, 4], []) }) { file, _ in
    .badHeader(
      file: file, offset: 4, key: "the number of images", found: "0", allowed: "1 to 2147483648")
  },
  Corruption("flat images", .idx, images, { _ in Sample.idx([12, 0, 4], []) }) { file, _ in
    .badHeader(file: file, offset: 4, key: "the height", found: "0", allowed: "1 to 4096")
  },
  Corruption("absurd count", .idx, images, { $0[..<4] + [127, 255, 255, 255] + $0[8...] }) {
    file, _ in
    .truncated(file: file, expectedBytes: 16 + 0x7FFF_FFFF * 12, foundBytes: 160)
  },
  Corruption("absurd sizes", .idx, images, { $0[..<4] + full + full + full + $0[16...] }) {
    file, _ in
    .badHeader(
      file: file, offset: 4, key: "the number of images", found: "4294967295",
      allowed: "1 to 2147483648")
  },
  Corruption("largest sizes", .idx, images, { _ in Sample.idx([1 << 31, 4096, 4096, 64], []) }) {
    file, _ in
    .truncated(file: file, expectedBytes: 1 << 61 | 20, foundBytes: 20)
  },
  Corruption("one byte short", .idx, images, { $0.dropLast() }) { file, _ in
    .truncated(file: file, expectedBytes: 160, foundBytes: 159)
  },
  Corruption("one byte long", .idx, images, { $0 + [0] }) { file, _ in
    .trailingBytes(file: file, expectedBytes: 160)
  },
  Corruption(
    "fewer labels", .idx, labels, { _ in Sample.idx([11], [UInt8](repeating: 0, count: 11)) }
  ) {
    file, path in
    .countsDiffer(file: path(images), count: 12, otherFile: file, otherCount: 11)
  },
  Corruption("label beyond the digits", .mnist, labels, { $0.dropLast() + [10] }) { file, _ in
    .labelOutOfRange(file: file, image: 11, label: 10, classes: 10)
  },
  Corruption("negative label", .idx, labels, { [0, 0, 9] + $0[3...].dropLast() + [255] }) {
    file, _ in
    .labelOutOfRange(file: file, image: 11, label: -1, classes: 10_000)
  },
  Corruption(
    "label that training has not", .idx, "t10k-labels-idx1-ubyte", { $0.dropLast() + [3] }
  ) { file, _ in
    .labelOutOfRange(file: file, image: 5, label: 3, classes: 3)
  },
  Corruption(
    "test images of another size", .idx, "t10k-images-idx3-ubyte",
    { _ in Sample.idx([6, 4, 3], Sample.testPixels) }
  ) { file, path in
    .sizesDiffer(file: path(images), size: [3, 4, 1], otherFile: file, otherSize: [4, 3, 1])
  },
]
