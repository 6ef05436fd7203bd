import Files
import Foundation

/// JSON that a run folder keeps for others without knowing what it means.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// Above `Int64.max`, such as a seed.
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The JSON of any value that can be encoded.
  package init(encoding value: some Encodable) throws {
    self = try CanonicalJSON.value(from: CanonicalJSON.bytes(value))
  }

  /// The value that this is the JSON of.
  package func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    try CanonicalJSON.value(type, from: CanonicalJSON.bytes(self))
  }

  /// This, and for objects what `defaults` has and this has not, at every depth.
  package func filled(from defaults: JSONValue) -> JSONValue {
    guard case .object(let own) = self, case .object(let others) = defaults else { return self }
    return .object(own.merging(others) { own, other in own.filled(from: other) })
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
