import Yams

/// One mapping of a space file, its keys checked against a section.
///
/// A table may have another behind it that supplies what it lacks, as `defaults` does for the
/// stages.
struct YAMLTable {
  let section: SpaceSection
  /// `stages[2]`; empty for the whole file.
  let path: String
  private let file: SpaceFile
  private let mark: Mark?
  private var entries: [String: Node] = [:]

  init(
    _ node: Node, section: SpaceSection, path: String, file: SpaceFile,
    fallback: YAMLTable? = nil
  ) throws(SpaceError) {
    self.section = section
    self.path = path
    self.file = file
    mark = node.mark
    file.remember(node.mark, for: path)
    guard case .mapping(let mapping) = node else {
      throw file.wrongValue(node, path, allowed: "`key: value` lines")
    }
    entries = fallback?.entries ?? [:]
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key,
        section.keys.contains(where: { $0.name == scalar.string })
      else { throw unknownKey(key) }
      entries[scalar.string] = value
    }
    for (name, value) in entries { file.remember(value.mark, for: file.join(path, name)) }
  }

  /// A table without entries, for a section that is left out.
  init(emptyAt path: String, section: SpaceSection, file: SpaceFile) {
    self.section = section
    self.path = path
    self.file = file
    mark = nil
  }

  /// The value of a key, nil where it is left out.
  ///
  /// - Throws: `missingKey` where a key that must be there is not.
  func field(_ name: String) throws(SpaceError) -> YAMLField? {
    let key = section.key(name)
    if let node = entries[name] {
      return YAMLField(
        node: node, allowed: key.allowed, path: file.join(path, name), file: file)
    }
    if key.standard == nil {
      throw SpaceError(
        file: file.name, line: mark?.line, column: mark?.column, key: file.join(path, name),
        problem: .missingKey(allowed: "\(key.allowed)"))
    }
    return nil
  }

  /// The value of a key that must be there.
  func needed(_ name: String) throws(SpaceError) -> YAMLField {
    guard let field = try field(name) else { preconditionFailure("\(name) has a default") }
    return field
  }

  /// The mapping behind a key, an empty one where it is left out.
  func table(_ name: String, _ section: SpaceSection) throws(SpaceError) -> YAMLTable {
    let path = file.join(path, name)
    guard let field = try field(name) else {
      return YAMLTable(emptyAt: path, section: section, file: file)
    }
    return try YAMLTable(field.node, section: section, path: path, file: file)
  }

  private func unknownKey(_ key: Node) -> SpaceError {
    guard case .scalar(let scalar) = key else {
      return file.wrongValue(key, path, allowed: "a plain word as the key")
    }
    let names = section.keys.map(\.name)
    let home = SpaceSections.all.first { section in
      section.keys.contains { $0.name == scalar.string }
    }
    return SpaceError(
      file: file.name, line: key.mark?.line, column: key.mark?.column,
      key: file.join(path, scalar.string),
      problem: .unknownKey(
        nearest: nearestWord(to: scalar.string, among: names), home: home?.title, allowed: names))
  }
}

/// The file that is being read: its name, and where every value stands.
final class SpaceFile {
  let name: String
  private var marks: [String: Mark] = [:]

  init(name: String) { self.name = name }

  func remember(_ mark: Mark?, for path: String) { marks[path] = mark }

  func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// An error at a path, placed at the nearest value around it that stands in the file.
  func error(at path: String, _ problem: SpaceError.Problem) -> SpaceError {
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

/// The word with the fewest changed letters, if those are at most a third of the word.
func nearestWord(to word: String, among words: [String]) -> String? {
  let typed = Array(word.lowercased().prefix(64))
  let ranked = words.map { (word: $0, distance: editDistance(typed, Array($0))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }),
    best.distance <= max(1, max(typed.count, best.word.count) / 3)
  else { return nil }
  return best.word
}

/// Letters to insert, delete or replace (Levenshtein).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var row = Array(0...second.count)
  for (i, letter) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in second.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
      diagonal = above
    }
  }
  return row[second.count]
}
