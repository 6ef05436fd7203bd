import Architectures

/// The stages, each with what `defaults` says where it is silent.
func readStages(_ root: YAMLTable, file: SpaceFile) throws(SpaceError) -> [Stage] {
  var defaults: YAMLTable?
  if let field = try root.field("defaults") {
    defaults = try YAMLTable(
      field.node, section: SpaceSections.stage, path: "defaults", file: file)
  }
  if let defaults { try check(defaults: defaults) }
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
  try readGenes(table, into: &stage)
  return stage
}

/// What every stage says for itself may be wrong in `defaults` all the same.
private func check(defaults table: YAMLTable) throws(SpaceError) {
  var stage = Stage(channels: [1])
  try readGenes(table, into: &stage)
  if table.has("channels") { _ = try options(integer)(table.needed("channels")) }
  var multipliers: [Double] = []
  try table.read("width-multipliers", into: &multipliers, options(number))
}

private func readGenes(_ table: YAMLTable, into stage: inout Stage) throws(SpaceError) {
  try table.read("stride", into: &stage.stride, integer)
  try table.read("repeats", into: &stage.repeats, options(integer))
  try table.read("kernels", into: &stage.kernels, options(kernelSet))
  try table.read("split", into: &stage.split, options(word))
  try table.read("dilated", into: &stage.dilated, options(flag))
  try table.read("expansion", into: &stage.expansion, options(number))
  try table.read("expand-groups", into: &stage.expandGroups, options(integer))
  try table.read("project-groups", into: &stage.projectGroups, options(integer))
  try table.read("squeeze-excitation", into: &stage.squeezeExcitation, options(number))
  try table.read("activation", into: &stage.activation, options(word))
  try table.read("skip", into: &stage.skip, options(flag))
}

/// Reads a list of choices, or the one that stands in a list's stead.
private func options<Value: Hashable>(
  _ read: @escaping (YAMLField) throws(SpaceError) -> Value
) -> (YAMLField) throws(SpaceError) -> [Value] {
  { field throws(SpaceError) in try field.options(read) }
}

/// Channels times width multipliers. A multiplier of 1 keeps the count as written, and equal
/// results count once.
private func readChannels(_ table: YAMLTable) throws(SpaceError) -> [Int] {
  let channels = try options(integer)(table.needed("channels"))
  guard let field = try table.field("width-multipliers") else { return channels }
  var widths: [Int] = []
  for multiplier in try options(number)(field) {
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
