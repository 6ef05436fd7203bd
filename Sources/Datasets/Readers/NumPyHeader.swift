/// The header of a `.npy` file, versions 1 to 3 (NumPy Enhancement Proposal 1).
///
///     byte 0  93 'N' 'U' 'M' 'P' 'Y'
///          6  major and minor version
///          8  length of the text, 2 bytes (version 1) or 4, little endian
///     10, 12  text: {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
struct NumPyHeader {
  struct ElementType: Hashable {
    /// NumPy's letter: u, i, f, b …
    var kind: Character
    /// Bytes.
    var width: Int
    var isBigEndian: Bool
  }

  let file: DataFile
  let description: String
  let elements: ElementType
  let isColumnMajor: Bool
  let shape: [Int]
  /// Where in the file the values stand.
  private let offsets: [String: Int]

  var shapeOffset: Int { offsets["shape"] ?? 0 }

  /// NumPy itself refuses headers of more than 10,000 bytes unless told otherwise.
  private static let lengthLimit = 1 << 16

  init(_ file: DataFile) throws {
    let magic = try file.bytes(8)
    guard Array(magic[..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw DatasetError.wrongMagic(
        file: file.path, found: Array(magic[..<6]), expected: "a NumPy array (93 NUMPY)")
    }
    guard (1...3).contains(magic[6]) else {
      throw DatasetError.badHeader(
        file: file.path, offset: 6, key: "the format version", found: String(magic[6]),
        allowed: "1, 2 or 3")
    }
    let length = try file.bytes(magic[6] == 1 ? 2 : 4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.lengthLimit else {
      throw DatasetError.badHeader(
        file: file.path, offset: 8, key: "the length of the header", found: String(length),
        allowed: "up to \(Self.lengthLimit)")
    }
    var parser = NumPyHeaderParser(file: file.path, start: file.position)
    parser.bytes = try file.bytes(length)
    let entries = try parser.entries()
    self.file = file
    offsets = entries.mapValues(\.offset)

    guard case .text(let type)? = entries["descr"]?.value else {
      throw Self.rejected(
        file, offsets, "descr", entries["descr"] == nil ? "missing" : "not a plain type",
        "a type such as '|u1'")
    }
    guard case .flag(let isColumnMajor)? = entries["fortran_order"]?.value else {
      throw Self.rejected(file, offsets, "fortran_order", "missing", "True or False")
    }
    guard case .sizes(let shape)? = entries["shape"]?.value else {
      throw Self.rejected(file, offsets, "shape", "missing", "a tuple of sizes")
    }
    guard let elements = Self.elementType(type) else {
      throw Self.rejected(file, offsets, "descr", "'\(type)'", "a type such as '|u1'")
    }
    description = "'\(type)'"
    self.elements = elements
    self.isColumnMajor = isColumnMajor
    self.shape = shape
  }

  /// A value that can be read but not used.
  func rejected(_ key: String, _ found: String, _ allowed: String) -> DatasetError {
    Self.rejected(file, offsets, key, found, allowed)
  }

  func requireRowMajor() throws {
    if isColumnMajor {
      throw rejected(
        "fortran_order", "True", "False (save with numpy.ascontiguousarray)")
    }
  }

  private static func rejected(
    _ file: DataFile, _ offsets: [String: Int], _ key: String, _ found: String, _ allowed: String
  ) -> DatasetError {
    .badHeader(
      file: file.path, offset: offsets[key] ?? 10, key: key, found: found, allowed: allowed)
  }

  /// `|u1`, `<i8`, `>u2` …; single bytes have no order.
  private static func elementType(_ text: String) -> ElementType? {
    var rest = Substring(text)
    var isBigEndian = false
    if let order = rest.first, "<>|=".contains(order) {
      isBigEndian = order == ">"
      rest = rest.dropFirst()
    }
    guard let kind = rest.popFirst(), kind.isASCII, kind.isLetter, let width = Int(rest),
      [1, 2, 4, 8].contains(width)
    else { return nil }
    return ElementType(kind: kind, width: width, isBigEndian: isBigEndian && width > 1)
  }
}
