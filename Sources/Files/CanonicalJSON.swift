import Foundation

/// JSON whose bytes depend on the value alone: sorted keys, no needless spaces or escapes.
package enum CanonicalJSON {
  /// The value in UTF-8, on one line without a newline at its end; `isPretty` breaks lines and
  /// indents. A number that is not finite becomes a text: `"infinity"`, `"-infinity"`, `"nan"`.
  ///
  /// - Throws: what the value's own encoding throws.
  package static func bytes(_ value: some Encodable, isPretty: Bool = false) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return Array(try encoder.encode(value))
  }

  /// The same on one line, as a text.
  package static func text(_ value: some Encodable) throws -> String {
    String(decoding: try bytes(value), as: UTF8.self)
  }

  /// The value that a JSON text in UTF-8 stands for, canonical or not.
  ///
  /// - Throws: `DecodingError`.
  package static func value<Value: Decodable>(
    _ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return try decoder.decode(type, from: Data(bytes))
  }
}
