import Foundation

/// Standard output for results, standard error for progress and problems.
enum Terminal {
  static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  static func writeError(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  static var errorIsTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

  /// One JSON document with sorted keys and a newline, so that equal results are equal bytes.
  static func writeJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }
}
