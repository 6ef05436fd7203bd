import SearchSpaces

/// A search space as `mixnas describe` prints it.
package struct SpaceReport {
  /// The same facts for machines.
  package struct Document: Encodable {
    struct Gene: Encodable {
      let stage: Int
      let gene: String
      let options: [String]
    }
    struct Range: Encodable {
      let least: Int
      let most: Int

      init(_ range: ClosedRange<Int>) {
        least = range.lowerBound
        most = range.upperBound
      }
    }

    let name: String
    let input: InputSettings
    let genes: [Gene]
    /// Decimal digits; the numbers may exceed 64 bits.
    let spellings: String
    let distinctGenomes: String
    let multiplyAdds: Range
    let parameters: Range

    package init(_ description: SpaceDescription) {
      name = description.name
      input = description.input
      genes = description.genes.map {
        Gene(stage: $0.stage, gene: $0.kind.rawValue, options: $0.options)
      }
      spellings = description.spellingCount.digits
      distinctGenomes = description.distinctCount.digits
      multiplyAdds = Range(description.costs.multiplyAdds)
      parameters = Range(description.costs.parameters)
    }
  }

  private let space: SpaceDescription

  package init(_ description: SpaceDescription) { space = description }

  package var rendered: String {
    var table = TextTable(columns: [
      .right("stage"), .right("stride"), .right("side"), .right("in proxy"), .left("choices"),
    ])
    for stage in space.stages {
      let isFirst = [true] + Array(repeating: false, count: stage.openGenes.count + 1)
      let fixed = stage.fixed.map { "\($0.kind.rawValue) \($0.options[0])" }
      let lines =
        stage.openGenes.map { "\($0.kind.rawValue): \($0.options.joined(separator: " | "))" }
        + (fixed.isEmpty ? [] : ["fixed: " + fixed.joined(separator: ", ")])
      for (line, isFirst) in zip(lines, isFirst) {
        table.addRow(
          (isFirst
            ? ["\(stage.stage)", "\(stage.stride)", "\(stage.side)", "\(stage.proxySide)"]
            : ["", "", "", ""]) + [line])
      }
    }
    let proxy = space.input.proxy.resolution
    let resolution = space.input.resolution
    return """
      \(space.name): \(resolution)×\(resolution)×\(space.input.channels) images, trained at \
      \(proxy)×\(proxy)

      \(table.rendered)
      distinct genomes  \(Numbers.short(space.distinctCount.approximate)) \
      (\(space.distinctCount)), from \(space.spellingCount) spellings
      multiply-adds     \(range(space.costs.multiplyAdds))
      parameters        \(range(space.costs.parameters)), with \(space.classes) classes

      """
  }

  private func range(_ range: ClosedRange<Int>) -> String {
    "\(Numbers.grouped(range.lowerBound)) to \(Numbers.grouped(range.upperBound))"
  }
}
