import Architectures

/// The stages, each with what `defaults` says where it is silent.
func readStages(_ root: YAMLTable, file: SpaceFile) throws(SpaceError) -> [Stage] {
  var defaults: YAMLTable?
  if let field = try root.field("defaults") {
    defaults = try YAMLTable(
      field.node, section: SpaceSections.stage, path: "defaults", file: file)
  }
  var stages: [Stage] = []
  for (node, path) in try root.needed("stages").mappings() {
    let table = try YAMLTable(
      node, section: SpaceSections.stage, path: path, file: file, fallback: defaults)
    stages.append(try readStage(table))
  }
  return stages
}

private func readStage(_ table: YAMLTable) throws(SpaceError) -> Stage {
  var stage = Stage(channels: try readChannels(table))
  if let field = try table.field("stride") { stage.stride = try field.integer() }
  if let field = try table.field("repeats") { stage.repeats = try field.options(integer) }
  if let field = try table.field("kernels") {
    stage.kernels = try field.options { field throws(SpaceError) in try field.kernelSet() }
  }
  if let field = try table.field("split") { stage.split = try field.options(word) }
  if let field = try table.field("dilated") { stage.dilated = try field.options(flag) }
  if let field = try table.field("expansion") { stage.expansion = try field.options(number) }
  if let field = try table.field("expand-groups") {
    stage.expandGroups = try field.options(integer)
  }
  if let field = try table.field("project-groups") {
    stage.projectGroups = try field.options(integer)
  }
  if let field = try table.field("squeeze-excitation") {
    stage.squeezeExcitation = try field.options(number)
  }
  if let field = try table.field("activation") { stage.activation = try field.options(word) }
  if let field = try table.field("skip") { stage.skip = try field.options(flag) }
  return stage
}

/// Channels times width multipliers. A multiplier of 1 keeps the count as written, and equal
/// results count once.
private func readChannels(_ table: YAMLTable) throws(SpaceError) -> [Int] {
  let channels = try table.needed("channels").options(integer)
  guard let field = try table.field("width-multipliers") else { return channels }
  var widths: [Int] = []
  for multiplier in try field.options(number) {
    for count in channels {
      let width = multiplier == 1 ? count : roundChannels(count, multiplier: multiplier)
      guard SpaceLimits.channels.contains(width) else {
        throw field.file.error(
          at: field.path,
          .exceeds(
            value: "\(count) channels × \(plainNumber(multiplier))", key: "the limit",
            limit: "\(SpaceLimits.channels.upperBound)"))
      }
      if !widths.contains(width) { widths.append(width) }
    }
  }
  return widths
}

private func integer(_ field: YAMLField) throws(SpaceError) -> Int { try field.integer() }
private func number(_ field: YAMLField) throws(SpaceError) -> Double { try field.number() }
private func flag(_ field: YAMLField) throws(SpaceError) -> Bool { try field.flag() }
private func word<Word: RawRepresentable<String>>(
  _ field: YAMLField
) throws(SpaceError) -> Word {
  try field.word(Word.self)
}
