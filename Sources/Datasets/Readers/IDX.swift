/// Reads the four files of the MNIST family (LeCun, Cortes & Burges, "THE MNIST DATABASE",
/// section "file formats"), plain or gzip.
///
/// An IDX file: two zero bytes, a byte for the type of its elements, a byte for the number of
/// sizes, each size as a big-endian 32-bit number, then the elements. Images have three sizes
/// (count, height, width), or four with channels last.
///
/// - Parameter classNames: nil for as many numbered classes as the training labels name, or the
///   lines of `classes.txt` where that file is there.
func readIDX(_ folder: DataFolder, classNames: [String]?) throws -> DatasetPair {
  let files = try ArrayFiles(
    training: (
      idxImages(folder.open(idxNames(["train"], "images", 3))),
      idxLabels(folder.open(idxNames(["train"], "labels", 1)))
    ),
    test: (
      idxImages(folder.open(idxNames(["t10k", "test"], "images", 3))),
      idxLabels(folder.open(idxNames(["t10k", "test"], "labels", 1)))
    ))
  return try files.load(classNames: classNames ?? folder.classNames())
}

/// `train-images-idx3-ubyte` and its usual other spellings.
private func idxNames(_ parts: [String], _ content: String, _ sizes: Int) -> [String] {
  parts.flatMap { part in
    ["-", "."].flatMap { separator in
      ["", ".gz"].map { "\(part)-\(content)\(separator)idx\(sizes)-ubyte\($0)" }
    }
  }
}

private func idxImages(_ file: DataFile) throws -> ImageFile {
  let header = try IDXHeader(file, sizes: 3...4)
  guard header.type == 0x08 else {
    throw header.wrongType("unsigned bytes (08)")
  }
  return try ImageFile(file, shape: header.sizes, offset: 4)
}

private func idxLabels(_ file: DataFile) throws -> LabelFile {
  let header = try IDXHeader(file, sizes: 1...1)
  let widths: [UInt8: Int] = [0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4]
  guard let width = widths[header.type] else {
    throw header.wrongType("integers (08, 09, 0b, 0c)")
  }
  let type = IntegerType(width: width, isSigned: header.type != 0x08, isBigEndian: true)
  return try LabelFile(file, count: header.sizes[0], type: type, offset: 4)
}

private struct IDXHeader {
  let file: DataFile
  let type: UInt8
  let sizes: [Int]

  /// - Parameter sizes: how many the file may have.
  init(_ file: DataFile, sizes allowed: ClosedRange<Int>) throws {
    let magic = try file.bytes(4)
    guard magic[0] == 0, magic[1] == 0 else {
      throw DatasetError.wrongMagic(
        file: file.path, found: magic, expected: "an IDX file (00 00)")
    }
    let count = Int(magic[3])
    guard allowed.contains(count) else {
      throw DatasetError.badHeader(
        file: file.path, offset: 3, key: "the number of sizes", found: String(count),
        allowed: allowed.map(String.init).joined(separator: " or "))
    }
    self.file = file
    type = magic[2]
    sizes = try (0..<count).map { _ in
      try file.bytes(4).reduce(0) { $0 << 8 | Int($1) }
    }
  }

  func wrongType(_ allowed: String) -> DatasetError {
    .badHeader(
      file: file.path, offset: 2, key: "the type of elements", found: String(type, radix: 16),
      allowed: allowed)
  }
}
