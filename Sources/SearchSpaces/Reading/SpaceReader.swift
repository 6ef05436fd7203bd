import Architectures
import Files
import Foundation
import Yams

extension SearchSpace {
  /// Reads a space file.
  ///
  ///     let space = try SearchSpace(contentsOf: "search-spaces/quickstart.yaml")
  ///
  /// - Throws: `SpaceError`, which names file, line and key and says what is allowed.
  package init(contentsOf path: String) throws(SpaceError) {
    let data: Data
    do {
      data = try WholeFile.read(path, atLeast: SpaceLimits.fileSize + 1)
    } catch {
      throw SpaceError(file: path, problem: .unreadable(reason: error.reason))
    }
    guard data.count <= SpaceLimits.fileSize else {
      throw SpaceError(
        file: path, problem: .unreadable(reason: "it is larger than a megabyte"))
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw SpaceError(file: path, problem: .unreadable(reason: "it is not UTF-8 text"))
    }
    try self.init(yaml: text, file: path)
  }

  /// Reads the text of a space file; `file` is the name that errors show.
  package init(yaml: String, file name: String) throws(SpaceError) {
    let file = SpaceFile(name: name)
    let root = try YAMLTable(
      composed(yaml, file: name), section: SpaceSections.space, path: "", file: file)
    self.init(
      name: try root.needed("name").text(),
      input: try readInput(root.table("input", SpaceSections.input)),
      stem: try readStem(root.table("stem", SpaceSections.stem)),
      stages: try readStages(root, file: file),
      head: try readHead(root.table("head", SpaceSections.head)),
      objective: try readObjective(root.table("objective", SpaceSections.objective)),
      strategy: try readStrategy(root.table("strategy", SpaceSections.strategy)),
      training: try readTraining(root.table("training", SpaceSections.training)),
      latency: try readLatency(root.table("latency", SpaceSections.latency)))
    if let fault = firstFault() { throw file.error(at: fault.path, fault.problem) }
  }
}

/// The tree of the file's one document.
private func composed(_ yaml: String, file: String) throws(SpaceError) -> Node {
  do {
    if let node = try compose(yaml: yaml), !isEmpty(node) { return node }
  } catch {
    throw syntaxError(error, file: file)
  }
  throw SpaceError(file: file, problem: .noContent)
}

private func isEmpty(_ node: Node) -> Bool {
  if case .scalar(let scalar) = node { return scalar.string.isEmpty }
  return false
}

private func syntaxError(_ error: any Error, file: String) -> SpaceError {
  switch error as? YamlError {
  case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
    .composer(_, let problem, let mark, _):
    return SpaceError(
      file: file, line: mark.line, column: mark.column, problem: .syntax(problem))
  case .duplicatedKeysInMapping(let keys, let context):
    return SpaceError(
      file: file, line: context.mark.line, column: context.mark.column, key: keys.first ?? "",
      problem: .duplicateKey)
  case .reader(let problem, _, _, _):
    return SpaceError(file: file, problem: .syntax(problem))
  default:
    return SpaceError(file: file, problem: .syntax("\(error)"))
  }
}

private func readInput(_ table: YAMLTable) throws(SpaceError) -> InputSettings {
  var input = InputSettings(resolution: try table.needed("resolution").integer())
  try table.read("channels", into: &input.channels, integer)
  let proxy = try table.table("proxy", SpaceSections.proxy)
  if let field = try proxy.field("resolution") {
    input.proxy.resolution = try integerUnlessWord(field) ?? input.resolution
  }
  try proxy.read("unstrided", into: &input.proxy.unstrided) { field throws(SpaceError) in
    try field.list(readLayer)
  }
  return input
}

/// 0 for the stem, else the number of a stage.
private func readLayer(_ field: YAMLField) throws(SpaceError) -> Int {
  let text = try field.text()
  if text == "stem" { return 0 }
  guard let stage = field.plainNumber, (1...SpaceLimits.stages).contains(stage) else {
    throw field.wrong()
  }
  return stage
}

private func readStem(_ table: YAMLTable) throws(SpaceError) -> Genome.Stem {
  var stem = Genome.Stem(channels: try table.needed("channels").integer(), stride: 2)
  try table.read("kernel", into: &stem.kernel, integer)
  try table.read("stride", into: &stem.stride, integer)
  try table.read("activation", into: &stem.activation, word)
  return stem
}

private func readHead(_ table: YAMLTable) throws(SpaceError) -> Genome.Head {
  var head = Genome.Head(channels: try table.needed("channels").integer())
  try table.read("activation", into: &head.activation, word)
  try table.read("dropout", into: &head.dropout, number)
  return head
}
