/// Reads the text of a `.npy` header: a Python dictionary of strings, truth values and tuples of
/// whole numbers, which is all that NumPy writes for plain arrays.
struct NumPyHeaderParser {
  enum Value: Hashable {
    case text(String)
    case flag(Bool)
    case sizes([Int])
    /// A list, as structured types have; its content is skipped.
    case list
  }

  let file: String
  /// Of the text in the file.
  let start: Int
  var bytes: [UInt8] = []
  private var position = 0

  init(file: String, start: Int) {
    self.file = file
    self.start = start
  }

  /// All entries with the offset of their values in the file.
  mutating func entries() throws -> [String: (value: Value, offset: Int)] {
    var result: [String: (value: Value, offset: Int)] = [:]
    try expect("{")
    while try peek() != UInt8(ascii: "}") {
      let key = try string()
      try expect(":")
      _ = try peek()
      let offset = start + position
      result[key] = (try value(), offset)
      if try peek() == UInt8(ascii: ",") { position += 1 }
    }
    return result
  }

  private mutating func value() throws -> Value {
    switch try peek() {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "("): return .sizes(try sizes())
    case UInt8(ascii: "["):
      try skipList()
      return .list
    case UInt8(ascii: "T"):
      try word("True")
      return .flag(true)
    case UInt8(ascii: "F"):
      try word("False")
      return .flag(false)
    default: throw unexpected("a string, a tuple, True or False")
    }
  }

  private mutating func string() throws -> String {
    let quote = try peek()
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw unexpected("a string")
    }
    position += 1
    let end = bytes[position...].firstIndex(of: quote) ?? bytes.endIndex
    let content = bytes[position..<end]
    position = end
    guard end < bytes.endIndex else { throw unexpected("a closing quote") }
    position += 1
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func sizes() throws -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while try peek() != UInt8(ascii: ")") {
      sizes.append(try number())
      if try peek() == UInt8(ascii: ",") { position += 1 }
      guard sizes.count <= 32 else { throw unexpected("up to 32 sizes, as NumPy has") }
    }
    position += 1
    return sizes
  }

  private mutating func number() throws -> Int {
    var value: Int?
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let digit = Int(bytes[position] - 0x30)
      let (scaled, overflow) = (value ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, carried) = scaled.addingReportingOverflow(digit)
      guard !overflow, !carried else { throw unexpected("a size below 2⁶³") }
      value = sum
      position += 1
    }
    // Python 2 wrote long numbers as 60000L.
    if value != nil, position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
    guard let value else { throw unexpected("a size") }
    return value
  }

  private mutating func skipList() throws {
    var depth = 0
    repeat {
      let byte = try peek()
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      position += 1
    } while depth > 0
  }

  private mutating func word(_ word: String) throws {
    guard bytes[position...].starts(with: word.utf8) else { throw unexpected(word) }
    position += word.utf8.count
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard try peek() == UInt8(ascii: character) else { throw unexpected("'\(character)'") }
    position += 1
  }

  /// The next byte that is not white space.
  private mutating func peek() throws -> UInt8 {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
    guard position < bytes.count else { throw unexpected("more text") }
    return bytes[position]
  }

  private func unexpected(_ allowed: String) -> DatasetError {
    let found =
      position < bytes.count
      ? "'\(String(decoding: bytes[position...].prefix(12), as: UTF8.self))'" : "its end"
    return .badHeader(
      file: file, offset: start + position, key: "the header", found: found, allowed: allowed)
  }
}
