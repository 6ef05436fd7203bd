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

  /// Reads the value of a key into its place, which keeps what it has where the key is left out.
  func read<Value>(
    _ name: String, into place: inout Value, _ read: (YAMLField) throws(SpaceError) -> Value
  ) throws(SpaceError) {
    if let field = try field(name) { place = try read(field) }
  }

  /// Whether the file has the key, here or in the table behind this one.
  func has(_ name: String) -> Bool { entries[name] != nil }

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
