/// CIFAR-10 and CIFAR-100, binary version (Krizhevsky 2009).
///
/// A file is a row of records: one label (CIFAR-10) or a coarse and a fine one (CIFAR-100), then
/// 1024 red, 1024 green and 1024 blue bytes of a 32×32 image.
func readCIFAR10(_ folder: DataFolder) throws -> DatasetPair {
  let format = CIFARFormat(
    folder: "cifar-10-batches-bin", archive: "cifar-10-binary.tar.gz", labels: [10],
    classNames: ClassNames.cifar10)
  return try format.read(
    folder, training: (1...5).map { "data_batch_\($0).bin" }, test: "test_batch.bin")
}

func readCIFAR100(_ folder: DataFolder) throws -> DatasetPair {
  let format = CIFARFormat(
    folder: "cifar-100-binary", archive: "cifar-100-binary.tar.gz", labels: [20, 100],
    classNames: ClassNames.cifar100)
  return try format.read(folder, training: ["train.bin"], test: "test.bin")
}

private struct CIFARFormat {
  /// Where the archive unpacks to.
  let folder: String
  let archive: String
  /// Classes of each label byte of a record; the last one counts.
  let labels: [Int]
  let classNames: [String]

  private static let side = 32
  private static let plane = side * side
  private var recordBytes: Int { labels.count + 3 * Self.plane }

  func read(_ data: DataFolder, training: [String], test: String) throws -> DatasetPair {
    func open(_ name: String) throws -> DataFile {
      let file = try data.open([name, "\(folder)/\(name)"], archive: archive)
      guard !file.isCompressed else {
        throw DatasetError.wrongMagic(
          file: file.path, found: [0x1F, 0x8B], expected: "CIFAR's binary version")
      }
      guard file.size > 0, file.size % recordBytes == 0 else {
        throw DatasetError.brokenRecords(
          file: file.path, bytes: file.size, recordBytes: recordBytes)
      }
      return file
    }
    // All sizes are checked before the first record is read.
    let trainingFiles = try training.map(open)
    let testFile = try open(test)
    return try DatasetPair(
      training: dataset(trainingFiles, of: data.path), test: dataset([testFile], of: data.path))
  }

  private func dataset(_ files: [DataFile], of folder: String) throws -> ImageDataset {
    let counts = files.map { $0.size / recordBytes }
    let total = counts.reduce(0, +)
    try DatasetError.checkMemory(bytes: total * recordBytes, of: folder)
    var pixels = [UInt8](repeating: 0, count: total * 3 * Self.plane)
    var fine: [Int32] = []
    fine.reserveCapacity(total)
    var record = [UInt8](repeating: 0, count: recordBytes)
    for (file, count) in zip(files, counts) {
      for image in 0..<count {
        try record.withUnsafeMutableBytes { try file.read(into: $0) }
        for (byte, classes) in labels.enumerated() where Int(record[byte]) >= classes {
          throw DatasetError.labelOutOfRange(
            file: file.path, image: image, label: Int(record[byte]), classes: classes)
        }
        let start = fine.count * 3 * Self.plane
        for channel in 0..<3 {
          let plane = labels.count + channel * Self.plane
          for pixel in 0..<Self.plane {
            pixels[start + 3 * pixel + channel] = record[plane + pixel]
          }
        }
        fine.append(Int32(record[labels.count - 1]))
      }
      try file.expectEnd()
    }
    return try ImageDataset(
      pixels: pixels, labels: fine, height: Self.side, width: Self.side, channels: 3,
      classNames: classNames)
  }
}
