import Foundation

/// Why a file's contents are no architecture.
package enum ArchitectureFileError: Error, Sendable, Hashable {
  case notJSON(detail: String)
  /// Path of the key from the top of the file: `genome.blocks[3].kernels`.
  case missingKey(path: String)
  case wrongType(path: String, expected: String)
  /// An unknown key, or a value that isn't allowed there.
  case invalid(path: String, problem: String)
  /// Well formed, but no network can be built from it.
  case notANetwork(reason: String)

  /// - Parameter json: what was decoded.
  init(_ error: DecodingError, in json: Data) {
    switch error {
    case .keyNotFound(let key, let context):
      self = .missingKey(path: Self.path(context.codingPath + [key]))
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      self = .wrongType(path: Self.path(context.codingPath), expected: Self.prose(type))
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      // The decoder says neither where the text is no JSON nor which number can't be.
      do {
        _ = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
        self = .invalid(
          path: "one of its numbers",
          problem: "too large, or a fraction where a whole number is needed")
      } catch {
        let detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey]
        self = .notJSON(detail: detail.map { "\($0)" } ?? context.debugDescription)
      }
    case .dataCorrupted(let context):
      self = .invalid(path: Self.path(context.codingPath), problem: context.debugDescription)
    @unknown default:
      self = .notJSON(detail: "\(error)")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce(into: "") { path, key in
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += path.isEmpty ? key.stringValue : "." + key.stringValue
      }
    }
  }

  private static func prose(_ type: any Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text in quotation marks"
    case is [Any].Type, is [Int].Type, is [Block].Type: "a list in square brackets"
    default: "an object in braces"
    }
  }
}

extension ArchitectureFileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notJSON(let detail): "this is not JSON: \(detail)"
    case .missingKey(let path): "\(path): this key is missing"
    case .wrongType(let path, let expected):
      "\(path.isEmpty ? "the file" : path): \(expected) is needed"
    case .invalid(let path, let problem): "\(path): \(problem)"
    case .notANetwork(let reason): "no network can be built from this: \(reason)"
    }
  }
}
