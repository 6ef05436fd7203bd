import Testing

@testable import Datasets

/// One way to spoil a dataset and what must be said of it.
struct Corruption: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let kind: DatasetKind
  /// The spoiled file.
  let file: String
  let contents: @Sendable ([UInt8]) -> [UInt8]
  /// From the paths of the spoiled file and of any other file.
  let error: @Sendable (String, (String) -> String) -> DatasetError

  init(
    _ name: String, _ kind: DatasetKind, _ file: String,
    _ contents: @escaping @Sendable ([UInt8]) -> [UInt8],
    _ error: @escaping @Sendable (String, (String) -> String) -> DatasetError
  ) {
    testDescription = name
    self.kind = kind
    self.file = file
    self.contents = contents
    self.error = error
  }

  func folder() throws -> DatasetFolder {
    switch kind {
    case .cifar10: return try Sample.cifar10()
    case .cifar100: return try Sample.cifar100()
    case .npy: return try Sample.numpy()
    default: return try Sample.idx()
    }
  }
}

private let images = "train-images-idx3-ubyte"
private let labels = "train-labels-idx1-ubyte"
private let full = [255, 255, 255, 255] as [UInt8]

private let idxCorruptions = [
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
  Corruption("fewer labels", .idx, labels, { _ in Sample.idx([11], [UInt8](repeating: 0, count: 11)) }) {
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

private let gzipCorruptions = [
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
  Corruption("gzip with a wrong checksum", .idx, images, { bytes in
    var bytes = gzip(bytes)
    bytes[bytes.count - 8] ^= 1
    return bytes
  }) { file, _ in
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
  Corruption("gzip bomb behind the images", .idx, images, {
    gzip($0) + gzip([UInt8](repeating: 0, count: 1 << 22))
  }) { file, _ in
    .trailingBytes(file: file, expectedBytes: 160)
  },
  Corruption("gzip of an absurd header", .idx, images, { _ in
    gzip(Sample.idx([1 << 31, 4096, 4096, 64], []))
  }) { file, _ in
    .sizeImpossible(
      file: file, promisedBytes: 1 << 61 | 20,
      compressedBytes: gzip(Sample.idx([1 << 31, 4096, 4096, 64], [])).count)
  },
]

private func sampleImages() -> [UInt8] { Sample.idx([12, 3, 4], Sample.trainingPixels) }

private let npyCorruptions = [
  Corruption("not NumPy", .npy, "train/images.npy", { [0] + $0.dropFirst() }) { file, _ in
    .wrongMagic(
      file: file, found: [0] + Array("NUMPY".utf8), expected: "a NumPy array (93 NUMPY)")
  },
  Corruption("version 4", .npy, "train/images.npy", { $0[..<6] + [4] + $0[7...] }) { file, _ in
    .badHeader(
      file: file, offset: 6, key: "the format version", found: "4", allowed: "1, 2 or 3")
  },
  Corruption("absurd header", .npy, "train/images.npy", { $0[..<6] + [2, 0] + full + $0[12...] }) {
    file, _ in
    .badHeader(
      file: file, offset: 8, key: "the length of the header", found: "4294967295",
      allowed: "up to 65536")
  },
  Corruption("float images", .npy, "train/images.npy", { _ in
    Sample.npy("<f4", "(12, 3, 4)", [UInt8](repeating: 0, count: 576))
  }) { file, _ in
    .badHeader(
      file: file, offset: 20, key: "descr", found: "'<f4'",
      allowed: "'|u1' (save with .astype(numpy.uint8))")
  },
  Corruption("column-major images", .npy, "train/images.npy", { _ in
    Sample.npy("|u1", "(12, 3, 4)", Sample.trainingPixels, order: "True")
  }) { file, _ in
    .badHeader(
      file: file, offset: 44, key: "fortran_order", found: "True",
      allowed: "False (save with numpy.ascontiguousarray)")
  },
  Corruption("flat images", .npy, "train/images.npy", { _ in
    Sample.npy("|u1", "(144,)", Sample.trainingPixels)
  }) { file, _ in
    .badHeader(
      file: file, offset: 59, key: "shape", found: "1 sizes",
      allowed: "(count, height, width) or (count, height, width, channels)")
  },
  Corruption("structured images", .npy, "train/images.npy", { _ in
    Sample.npy("{'descr': [('r', '|u1')], 'fortran_order': False, 'shape': (1,)}", [0])
  }) { file, _ in
    .badHeader(
      file: file, offset: 20, key: "descr", found: "not a plain type",
      allowed: "a type such as '|u1'")
  },
  Corruption("no shape", .npy, "train/images.npy", { _ in
    Sample.npy("{'descr': '|u1', 'fortran_order': False}", [0])
  }) { file, _ in
    .badHeader(
      file: file, offset: 10, key: "shape", found: "missing", allowed: "a tuple of sizes")
  },
  Corruption("a size beyond 64 bits", .npy, "train/images.npy", { _ in
    Sample.npy("|u1", "(99999999999999999999, 3, 4)", [])
  }) { file, _ in
    .badHeader(
      file: file, offset: 78, key: "the header", found: "'9, 3, 4), } '",
      allowed: "a size below 2⁶³")
  },
  Corruption("absurd count", .npy, "train/images.npy", { _ in
    Sample.npy("|u1", "(2000000000, 4000, 4000)", [])
  }) { file, _ in
    .truncated(file: file, expectedBytes: 128 + 2_000_000_000 * 16_000_000, foundBytes: 128)
  },
  Corruption("float labels", .npy, "train/labels.npy", { _ in
    Sample.npy("<f8", "(12,)", [UInt8](repeating: 0, count: 96))
  }) { file, _ in
    .badHeader(
      file: file, offset: 20, key: "descr", found: "'<f8'",
      allowed: "an integer type (save with .astype(numpy.int64))")
  },
  Corruption("one-hot labels", .npy, "train/labels.npy", { _ in
    Sample.npy("|u1", "(12, 3)", [UInt8](repeating: 0, count: 36))
  }) { file, _ in
    .badHeader(file: file, offset: 59, key: "shape", found: "2 sizes", allowed: "(count,)")
  },
  Corruption("negative label", .npy, "train/labels.npy", { _ in
    Sample.npy("|i1", "(12,)", [255] + Sample.trainingLabels.dropFirst())
  }) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: -1, classes: 10_000)
  },
  Corruption("unsigned label beyond all", .npy, "train/labels.npy", { _ in
    Sample.npy("<u8", "(12,)", [UInt8](repeating: 255, count: 96))
  }) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: -1, classes: 10_000)
  },
  Corruption("one byte short", .npy, "test/labels.npy", { $0.dropLast() }) { file, _ in
    .truncated(file: file, expectedBytes: 134, foundBytes: 133)
  },
]

private let cifarCorruptions = [
  Corruption("half a record", .cifar10, "data_batch_3.bin", { $0.dropLast(100) }) { file, _ in
    .brokenRecords(file: file, bytes: 6046, recordBytes: 3073)
  },
  Corruption("empty batch", .cifar10, "test_batch.bin", { _ in [] }) { file, _ in
    .brokenRecords(file: file, bytes: 0, recordBytes: 3073)
  },
  Corruption("label 10", .cifar10, "data_batch_2.bin", { $0[..<3073] + [10] + $0[3074...] }) {
    file, _ in
    .labelOutOfRange(file: file, image: 1, label: 10, classes: 10)
  },
  Corruption("fine label 100", .cifar100, "test.bin", { [0, 100] + $0[2...] }) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: 100, classes: 100)
  },
  Corruption("coarse label 20", .cifar100, "train.bin", { [20] + $0[1...] }) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: 20, classes: 20)
  },
  Corruption("compressed batch", .cifar10, "data_batch_1.bin", { gzip($0) }) { file, _ in
    .wrongMagic(file: file, found: [0x1F, 0x8B], expected: "CIFAR's binary version")
  },
]

struct CorruptFilesTests {
  @Test(arguments: idxCorruptions + gzipCorruptions + npyCorruptions + cifarCorruptions)
  func everyCorruptionHasItsError(_ corruption: Corruption) throws {
    let folder = try corruption.folder()
    _ = try folder.load(corruption.kind)
    try folder.write(corruption.file, corruption.contents(folder.bytes(corruption.file)))
    func path(_ name: String) -> String { folder.path + "/" + name }
    let error = folder.error(corruption.kind)
    #expect(error == corruption.error(path(corruption.file), path))
    #expect(error?.description.contains(path(corruption.file)) == true)
  }

  @Test func aMissingFileListsTheNamesThatWereSought() throws {
    let folder = try Sample.idx()
    try folder.remove(labels)
    let error = folder.error(.idx)
    #expect(
      error
        == .fileNotFound(
          directory: folder.path,
          lookedFor: [
            "train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz", "train-labels.idx1-ubyte",
            "train-labels.idx1-ubyte.gz",
          ], archive: nil))
    #expect(error?.description.contains("train-labels-idx1-ubyte.gz") == true)
  }

  @Test func whatIsNotAFileIsRefused() throws {
    let folder = try Sample.idx()
    try folder.remove(images)
    try folder.write("\(images)/inner", [1])
    #expect(
      folder.error(.idx)
        == .notReadable(
          file: folder.path + "/" + images, reason: "it is not a regular file"))
  }
}
