/// What there is to know of a space before a search.
package struct SpaceDescription: Sendable, Hashable {
  package let name: String
  package let input: InputSettings
  /// Classes that the costs are for; a space itself leaves them to the data.
  package let classes: Int
  /// Every gene with its options.
  package let genes: [Gene]
  package let stages: [StageSummary]
  package let spellingCount: Natural
  /// Different networks, exactly.
  package let distinctCount: Natural
  /// Of the deployment networks, exactly.
  package let costs: CostRange

  /// Where a stage stands in the deployment network and the proxy.
  package struct StageSummary: Sendable, Hashable {
    /// Counted from 1.
    package let stage: Int
    package let stride: Int
    /// Side of the square image that the stage puts out.
    package let side: Int
    package let proxySide: Int
    /// The genes with more than one option.
    package let openGenes: [Gene]
    /// Names and only options of the others, in the order of the genes.
    package let fixed: [Gene]
  }
}

extension SearchSpace {
  /// Takes time in proportion to the product of each stage's lists and its input widths: well below
  /// a second for the spaces that come with mixnas, minutes for the richest that there can be.
  package func description(classes: Int = 10) -> SpaceDescription {
    SpaceDescription(
      name: name, input: input, classes: classes, genes: genes, stages: stageSummaries,
      spellingCount: spellingCount, distinctCount: distinctCount,
      costs: costRange(classes: classes))
  }

  private var stageSummaries: [SpaceDescription.StageSummary] {
    let unstrided = Set(input.proxy.unstrided)
    var side = reduced(input.resolution, stride: stem.stride)
    var proxySide = reduced(
      input.proxy.resolution, stride: unstrided.contains(0) ? 1 : stem.stride)
    let genes = Dictionary(grouping: genes, by: \.stage)
    return stages.enumerated().map { index, stage in
      let isUnstrided = unstrided.contains(index + 1)
      side = reduced(side, stride: stage.stride)
      proxySide = reduced(proxySide, stride: isUnstrided ? 1 : stage.stride)
      let own = genes[index + 1] ?? []
      return SpaceDescription.StageSummary(
        stage: index + 1, stride: stage.stride, side: side, proxySide: proxySide,
        openGenes: own.filter { $0.options.count > 1 },
        fixed: own.filter { $0.options.count == 1 })
    }
  }
}
