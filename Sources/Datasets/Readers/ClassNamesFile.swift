import Foundation

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
    guard var text = String(bytes: try file.bytes(file.size), encoding: .utf8) else {
      throw DatasetError.notReadable(file: file.path, reason: "it is not UTF-8 text")
    }
    if text.hasPrefix("\u{feff}") { text.removeFirst() }
    // Unlike `isNewline`, what editors end lines with.
    var names = text.split(omittingEmptySubsequences: false) { ["\n", "\r\n", "\r"].contains($0) }
      .map(String.init)
    func isBlank(_ name: String) -> Bool { name.allSatisfy(\.isWhitespace) }
    while let last = names.last, isBlank(last) { names.removeLast() }
    if let line = names.firstIndex(where: isBlank) {
      throw DatasetError.notReadable(
        file: file.path, reason: "line \(line + 1) is blank, where each line names a class")
    }
    guard (1...LabelFile.classLimit).contains(names.count) else {
      throw DatasetError.badHeader(
        file: file.path, offset: 0, key: "the number of class names",
        found: String(names.count), allowed: "1 to \(LabelFile.classLimit)")
    }
    return names
  }
}
