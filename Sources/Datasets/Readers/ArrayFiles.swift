/// An open file of images whose header has been read: what follows is
/// `[count, height, width, channels]` bytes.
struct ImageFile {
  let file: DataFile
  let count: Int
  let height: Int
  let width: Int
  let channels: Int

  var size: [Int] { [height, width, channels] }

  static let sideLimit = 4096
  static let channelLimit = 64
  static let countLimit = 1 << 31

  /// - Parameter shape: `[count, height, width]` or `[count, height, width, channels]`.
  /// - Parameter offset: of the shape in the file, for errors.
  init(_ file: DataFile, shape: [Int], offset: Int) throws {
    let limits = [Self.countLimit, Self.sideLimit, Self.sideLimit, Self.channelLimit]
    let keys = ["the number of images", "the height", "the width", "the number of channels"]
    for (index, value) in shape.enumerated() where value < 1 || value > limits[index] {
      throw DatasetError.badHeader(
        file: file.path, offset: offset, key: keys[index], found: String(value),
        allowed: "1 to \(limits[index])")
    }
    self.file = file
    count = shape[0]
    height = shape[1]
    width = shape[2]
    channels = shape.count == 4 ? shape[3] : 1
    // At most 2⁶¹: no overflow.
    try file.promise(bytes: file.position + count * height * width * channels)
  }

  func pixels() throws -> [UInt8] {
    let size = count * height * width * channels
    try DatasetError.checkMemory(bytes: size, of: file.path)
    let pixels = try file.bytes(size)
    try file.expectEnd()
    return pixels
  }
}

/// An open file of labels whose header has been read.
struct LabelFile {
  let file: DataFile
  let count: Int
  let type: IntegerType

  /// More classes than any dataset in use; a file with larger labels holds something else.
  static let classLimit = 10_000

  init(_ file: DataFile, count: Int, type: IntegerType, offset: Int) throws {
    guard count >= 1, count <= ImageFile.countLimit else {
      throw DatasetError.badHeader(
        file: file.path, offset: offset, key: "the number of labels", found: String(count),
        allowed: "1 to \(ImageFile.countLimit)")
    }
    self.file = file
    self.count = count
    self.type = type
    try file.promise(bytes: file.position + count * type.width)
  }

  /// All labels; each must be below `classes`.
  func labels(classes: Int) throws -> [Int32] {
    try DatasetError.checkMemory(
      bytes: count * (type.width + MemoryLayout<Int32>.stride), of: file.path)
    let bytes = try file.bytes(count * type.width)
    try file.expectEnd()
    return try (0..<count).map { image in
      let label = type.value(bytes[image * type.width..<(image + 1) * type.width])
      guard label >= 0, label < classes else {
        throw DatasetError.labelOutOfRange(
          file: file.path, image: image, label: label, classes: classes)
      }
      return Int32(label)
    }
  }
}

/// How integers lie in a file.
struct IntegerType: Hashable {
  /// Bytes: 1, 2, 4 or 8.
  var width: Int
  var isSigned: Bool
  var isBigEndian: Bool

  /// An unsigned value beyond `Int.max` comes out as that, which no label may be either.
  func value(_ bytes: ArraySlice<UInt8>) -> Int {
    let ordered = isBigEndian ? Array(bytes) : bytes.reversed()
    let bits = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let unused = UInt64(64 - 8 * width)
    return isSigned
      ? Int(Int64(bitPattern: bits << unused) >> Int64(unused)) : Int(clamping: bits)
  }
}

/// The four files of a dataset, with all headers read and nothing else.
struct ArrayFiles {
  let training: (images: ImageFile, labels: LabelFile)
  let test: (images: ImageFile, labels: LabelFile)

  /// Checks the files against each other, then reads them.
  ///
  /// - Parameter classNames: nil for as many numbered classes as the training labels name.
  func load(classNames: [String]?) throws -> DatasetPair {
    for part in [training, test] where part.images.count != part.labels.count {
      throw DatasetError.countsDiffer(
        file: part.images.file.path, count: part.images.count,
        otherFile: part.labels.file.path, otherCount: part.labels.count)
    }
    guard training.images.size == test.images.size else {
      throw DatasetError.sizesDiffer(
        file: training.images.file.path, size: training.images.size,
        otherFile: test.images.file.path, otherSize: test.images.size)
    }
    let trainingLabels = try training.labels.labels(
      classes: classNames?.count ?? LabelFile.classLimit)
    let names = classNames ?? ClassNames.numbered(Int(trainingLabels.max() ?? 0) + 1)
    let testLabels = try test.labels.labels(classes: names.count)
    func dataset(_ images: ImageFile, _ labels: [Int32]) throws -> ImageDataset {
      try ImageDataset(
        pixels: images.pixels(), labels: labels, height: images.height, width: images.width,
        channels: images.channels, classNames: names)
    }
    return try DatasetPair(
      training: dataset(training.images, trainingLabels), test: dataset(test.images, testLabels))
  }
}
