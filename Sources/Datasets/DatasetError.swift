import Files

/// What is wrong with a dataset, as facts: which file, where in it, what stands there and what
/// was expected. `description` turns them into a sentence that says what to do.
package enum DatasetError: Error, Hashable, Sendable {
  /// The kind reads files, but no directory was named.
  case directoryNotGiven(DatasetKind)
  case directoryNotFound(String, DatasetKind)
  /// None of the names that a file may have is in the directory. `archive` is a download that
  /// lies there and still has to be unpacked.
  case fileNotFound(directory: String, lookedFor: [String], archive: String?)
  case notReadable(file: String, reason: String)
  /// The file, unpacked, ends before what its header promises.
  case truncated(file: String, expectedBytes: Int, foundBytes: Int)
  /// The file, unpacked, goes on behind what its header promises.
  case trailingBytes(file: String, expectedBytes: Int)
  /// A header promises more than the compressed bytes can hold.
  case sizeImpossible(file: String, promisedBytes: Int, compressedBytes: Int)
  /// A gzip stream that can't be unpacked; `offset` is the byte of the compressed file.
  case damagedArchive(file: String, offset: Int, reason: String)
  case wrongMagic(file: String, found: [UInt8], expected: String)
  /// A value of a header that is not allowed, or not readable.
  case badHeader(file: String, offset: Int, key: String, found: String, allowed: String)
  /// A file of records of a fixed size whose length is not a multiple of it.
  case brokenRecords(file: String, bytes: Int, recordBytes: Int)
  /// Two files of one set hold different numbers of things.
  case countsDiffer(file: String, count: Int, otherFile: String, otherCount: Int)
  case labelOutOfRange(file: String, image: Int, label: Int, classes: Int)
  /// Training and test images differ in height, width or channels.
  case sizesDiffer(file: String, size: [Int], otherFile: String, otherSize: [Int])
  /// Resized images would leave no memory for anything else.
  case tooLarge(images: Int, side: Int, gigabytes: Double, machineGigabytes: Double)
  /// The contents of a file would.
  case noMemory(file: String, gigabytes: Double, machineGigabytes: Double)
  /// Values given to an initialiser don't fit together.
  case inconsistent(String)
}

extension DatasetError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .directoryNotGiven(let kind):
      return "data of kind \(kind.rawValue) need a directory that holds \(kind.expectedFiles)"
    case .directoryNotFound(let path, let kind):
      return "\(path): there is no directory of this name; it should hold \(kind.expectedFiles)"
    case .fileNotFound(let directory, let names, let archive):
      let sought =
        names.count == 1
        ? "\(directory): there is no \(names[0])"
        : "\(directory): none of these files is there: \(names.joined(separator: ", "))"
      if let archive { return "\(sought); unpack \(archive) first" }
      return
        "\(sought); put \(names.count == 1 ? "it" : "one of them") there or name another directory"
    case .notReadable(let file, let reason):
      return "\(file): can't be read: \(reason)"
    case .truncated(let file, let expected, let found):
      return "\(file): ends after \(found) of \(expected) bytes; fetch the file again"
    case .trailingBytes(let file, let expected):
      return "\(file): goes on behind the \(expected) bytes that its header promises; "
        + "it is damaged or of another format: fetch it again"
    case .sizeImpossible(let file, let promised, let compressed):
      return "\(file): the header promises \(promised) bytes, more than \(compressed) compressed "
        + "bytes can hold; fetch the file again"
    case .damagedArchive(let file, let offset, let reason):
      return "\(file): damaged gzip data at byte \(offset): \(reason); fetch the file again"
    case .wrongMagic(let file, let found, let expected):
      let bytes = found.map { String($0, radix: 16) }.joined(separator: " ")
      return "\(file): starts with the bytes \(bytes), not with those of \(expected); "
        + "check the kind of data that you chose"
    case .badHeader(let file, let offset, let key, let found, let allowed):
      return "\(file): byte \(offset): \(key) is \(found), allowed is \(allowed)"
    case .brokenRecords(let file, let bytes, let record):
      return "\(file): \(bytes) bytes are not a whole number (1 or more) of records of "
        + "\(record) bytes; fetch the file again"
    case .countsDiffer(let file, let count, let otherFile, let otherCount):
      return "\(file) holds \(count) but \(otherFile) holds \(otherCount); "
        + "images and labels must come from the same set"
    case .labelOutOfRange(let file, let image, let label, let classes):
      if label < 0 {
        return "\(file): label \(label) of image \(image) is negative; "
          + "labels count the classes from 0"
      }
      return "\(file): label \(label) of image \(image) is not one of the classes "
        + "0 to \(classes - 1), those that classes.txt or the kind of the data names, or else the "
        + "training labels have"
    case .sizesDiffer(let file, let size, let otherFile, let otherSize):
      let sizes = [size, otherSize].map { $0.map(String.init).joined(separator: "×") }
      return "\(file) holds images of \(sizes[0]), \(otherFile) of \(sizes[1]); "
        + "training and test images must be of one size"
    case .tooLarge(let images, let side, let gigabytes, let machine):
      return
        "\(images) images of \(side)×\(side) pixels need \(Self.prose(gigabytes)) of memory, "
        + "more than can be had (this machine has \(Int(machine.rounded())) GB); choose a lower "
        + "resolution"
    case .noMemory(let file, let gigabytes, let machine):
      return "\(file): its \(Self.prose(gigabytes)) don't fit in memory (this machine has "
        + "\(Int(machine.rounded())) GB); use fewer images, or smaller ones"
    case .inconsistent(let facts):
      return "the dataset does not fit together: \(facts)"
    }
  }

  private static func prose(_ gigabytes: Double) -> String {
    let tenths = Int((gigabytes * 10).rounded(.up))
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}

extension DatasetError {
  /// Throws `noMemory` where the contents of a file, or of a folder's files, don't fit in memory.
  static func checkMemory(bytes: Int, of path: String) throws(DatasetError) {
    guard Memory.canHave(bytes: Double(bytes)) else {
      throw .noMemory(
        file: path, gigabytes: Double(bytes) / 1e9, machineGigabytes: Memory.machineBytes / 1e9)
    }
  }
}
