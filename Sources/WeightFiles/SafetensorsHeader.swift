import Files
import Foundation

/// What stands before the values of a safetensors file, checked against the file's length.
struct SafetensorsHeader {
  /// How a file spells the types that it may hold, and their sizes in bytes.
  enum ElementType: String {
    case bool = "BOOL"
    case unsigned8 = "U8"
    case signed8 = "I8"
    case unsigned16 = "U16"
    case signed16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case unsigned32 = "U32"
    case signed32 = "I32"
    case float32 = "F32"
    case unsigned64 = "U64"
    case signed64 = "I64"
    case float64 = "F64"

    var size: Int {
      switch self {
      case .bool, .unsigned8, .signed8: 1
      case .unsigned16, .signed16, .float16, .bfloat16: 2
      case .unsigned32, .signed32, .float32: 4
      case .unsigned64, .signed64, .float64: 8
      }
    }
  }

  struct Entry {
    var name: String
    var elementType: ElementType
    var shape: [Int]
    /// Bytes behind the header.
    var range: Range<Int>
  }

  /// By their place in the file.
  var entries: [Entry]
  var metadata: [String: String]
  /// Where the values begin in the file.
  var valuesStart: Int

  /// The largest header of the format's own reader.
  private static let limit = 100_000_000
  private static let metadataKey = "__metadata__"

  init(_ data: Data) throws(SafetensorsError.Reason) {
    guard data.count >= 8 else { throw .truncated(bytes: data.count, needed: 8) }
    if data.starts(with: Array("PK\u{3}\u{4}".utf8)) { throw .archive }
    let length = data.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard length <= UInt64(Self.limit) else { throw .headerTooLong(length) }
    valuesStart = 8 + Int(length)
    guard data.count >= valuesStart else {
      throw .truncated(bytes: data.count, needed: valuesStart)
    }
    let text = data[data.startIndex + 8..<data.startIndex + valuesStart]
    guard text.first == UInt8(ascii: "{") else { throw .headerNotJSON("it does not begin with {") }
    let fields: [String: Field]
    do {
      fields = try JSONDecoder().decode([String: Field].self, from: text)
    } catch {
      throw .headerNotJSON(Self.fact(error))
    }
    metadata = [:]
    entries = []
    for (name, field) in fields {
      switch field {
      case .metadata(let texts):
        guard name == Self.metadataKey else { throw .invalidTensor(name, "has no dtype") }
        metadata = texts
      case .tensor(let type, let shape, let offsets):
        entries.append(try Self.entry(name, type: type, shape: shape, offsets: offsets))
      }
    }
    // Tensors without values lie where the next begins.
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    try checkPlaces(available: data.count - valuesStart)
  }

  /// The values of all tensors follow each other and fill the file.
  private func checkPlaces(available: Int) throws(SafetensorsError.Reason) {
    var end = 0
    for entry in entries {
      if entry.range.lowerBound < end { throw .overlap(entry.name) }
      if entry.range.lowerBound > end {
        throw .gap(before: entry.name, bytes: entry.range.lowerBound - end)
      }
      end = entry.range.upperBound
    }
    guard available >= end else {
      let (needed, overflows) = valuesStart.addingReportingOverflow(end)
      throw .truncated(bytes: valuesStart + available, needed: overflows ? .max : needed)
    }
    guard available == end else { throw .trailingBytes(available - end) }
  }

  private static func entry(
    _ name: String, type: String, shape: [Int], offsets: [Int]
  ) throws(SafetensorsError.Reason) -> Entry {
    guard let elementType = ElementType(rawValue: type) else {
      throw .invalidTensor(name, "has the unknown dtype '\(type)'")
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw .invalidTensor(name, "has invalid data_offsets \(offsets)")
    }
    var bytes = elementType.size
    for side in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: side)
      guard side >= 0, !overflows else { throw .invalidTensor(name, "has no shape: \(shape)") }
      bytes = product
    }
    guard bytes == offsets[1] - offsets[0] else {
      throw .invalidTensor(
        name,
        "has \(offsets[1] - offsets[0]) bytes, but its shape \(shape) needs \(bytes)")
    }
    return Entry(
      name: name, elementType: elementType, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// The length and the JSON, filled up with spaces to a multiple of eight bytes.
  static func serialized(
    tensors: [SafetensorsFile.Tensor], metadata: [String: String]
  ) throws -> Data {
    var fields: [String: Field] = [:]
    if !metadata.isEmpty { fields[metadataKey] = .metadata(metadata) }
    var offset = 0
    for tensor in tensors {
      precondition(fields[tensor.name] == nil, "two tensors are called \(tensor.name)")
      let end = offset + 4 * tensor.values.count
      fields[tensor.name] = .tensor(
        type: ElementType.float32.rawValue, shape: tensor.shape, offsets: [offset, end])
      offset = end
    }
    var json = Data(try CanonicalJSON.bytes(fields))
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
  }

  private static func fact(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else {
      guard let error = error as? DecodingError else { return "\(error)" }
      return Self.place(error)
    }
    return context.debugDescription
  }

  private static func place(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
    @unknown default: "\(error)"
    }
  }
}

/// A value of the header's object.
private enum Field: Codable {
  case metadata([String: String])
  case tensor(type: String, shape: [Int], offsets: [Int])

  private enum CodingKeys: String, CodingKey {
    case type = "dtype"
    case shape
    case offsets = "data_offsets"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.type), container.contains(.offsets) {
      self = .tensor(
        type: try container.decode(String.self, forKey: .type),
        shape: try container.decode([Int].self, forKey: .shape),
        offsets: try container.decode([Int].self, forKey: .offsets))
    } else {
      self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .metadata(let texts):
      var container = encoder.singleValueContainer()
      try container.encode(texts)
    case .tensor(let type, let shape, let offsets):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(type, forKey: .type)
      try container.encode(shape, forKey: .shape)
      try container.encode(offsets, forKey: .offsets)
    }
  }
}
