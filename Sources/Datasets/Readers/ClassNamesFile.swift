extension DataFolder {
  /// The lines of `classes.txt`, one name each in the order of the labels; nil without the file.
  func classNames() throws -> [String]? {
    let name = "classes.txt"
    guard contains(name) else { return nil }
    let file = try open([name])
    let limit = 1 << 20
    guard !file.isCompressed, file.size <= limit else {
      throw DatasetError.badHeader(
        file: file.path, offset: 0, key: "the size", found: "\(file.size) bytes",
        allowed: "up to \(limit) bytes of text, one class name a line")
    }
    let text = String(decoding: try file.bytes(file.size), as: UTF8.self)
    var names = text.split(whereSeparator: \.isNewline).map(String.init)
    names.removeAll { $0.allSatisfy(\.isWhitespace) }
    guard (1...LabelFile.classLimit).contains(names.count) else {
      throw DatasetError.badHeader(
        file: file.path, offset: 0, key: "the number of class names",
        found: String(names.count), allowed: "1 to \(LabelFile.classLimit)")
    }
    return names
  }
}
