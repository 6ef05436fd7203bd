import Yams

/// The file that is being read: its name, and where every value stands.
final class SpaceFile {
  let name: String
  private var marks: [String: Mark] = [:]

  init(name: String) { self.name = name }

  func remember(_ mark: Mark?, for path: String) { marks[path] = mark }

  func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// An error at a path, placed at the nearest value around it that stands in the file.
  func error(at path: String, _ problem: SpaceError.Problem) -> SpaceError {
    var problem = problem
    if marks[path] == nil, case .exceeds(let value, let key, let limit) = problem {
      problem = .exceeds(value: value + ", the default,", key: key, limit: limit)
    }
    var place = path[...]
    while marks[String(place)] == nil, let cut = place.lastIndex(where: { $0 == "." || $0 == "[" })
    {
      place = place[..<cut]
    }
    let mark = marks[String(place)]
    return SpaceError(
      file: name, line: mark?.line, column: mark?.column, key: path, problem: problem)
  }

  func wrongValue(_ node: Node, _ path: String, allowed: String) -> SpaceError {
    let found =
      switch node {
      case .scalar(let scalar) where scalar.string.isEmpty: "no value"
      case .scalar(let scalar) where scalar.isQuoted: "the text \"\(scalar.string.prefix(40))\""
      case .scalar(let scalar): "'\(scalar.string.prefix(40))'"
      case .sequence: "a list"
      case .mapping: "a mapping"
      case .alias: "an alias"
      }
    return SpaceError(
      file: name, line: node.mark?.line, column: node.mark?.column, key: path,
      problem: .wrongValue(found: found, allowed: allowed))
  }
}

extension Node.Scalar {
  var isQuoted: Bool { style != .plain && style != .any }
}
