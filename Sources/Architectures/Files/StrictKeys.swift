/// Decoding that knows every key: what a file says and nobody reads is a mistake to report.
extension Decoder {
  /// - Throws: `DecodingError.dataCorrupted` at the first key that isn't a `Key`.
  func strictContainer<Key: CodingKey & CaseIterable>(
    keyedBy keys: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    let present = try container(keyedBy: AnyKey.self).allKeys
    let unknown = present.filter { Key(stringValue: $0.stringValue) == nil }
    if let key = unknown.min(by: { $0.stringValue < $1.stringValue }) {
      let allowed = Key.allCases.map(\.stringValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: codingPath + [key],
          debugDescription: "unknown key; the keys here are \(allowed)"))
    }
    return try container(keyedBy: keys)
  }
}

extension KeyedDecodingContainer {
  /// The value of a key that may be left out.
  func decode<Value: Decodable>(_ key: Key, default value: Value) throws -> Value {
    try decodeIfPresent(Value.self, forKey: key) ?? value
  }

  /// One of the texts that name a case, which may be left out.
  ///
  /// - Throws: `DecodingError.dataCorrupted` with the texts that are allowed.
  func decodeChoice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: Key, default choice: Choice
  ) throws -> Choice {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return choice }
    guard let choice = Choice(rawValue: text) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "'\(text)' is not one of \(allowed)")
    }
    return choice
  }
}

private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int?

  init(stringValue: String) { self.stringValue = stringValue }

  init(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}
