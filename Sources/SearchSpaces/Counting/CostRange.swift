/// Least and greatest costs of a space's deployment networks. Each bound is met by a network;
/// the one with the fewest multiply-adds need not have the fewest parameters.
package struct CostRange: Sendable, Hashable {
  package var multiplyAdds: ClosedRange<Int>
  package var parameters: ClosedRange<Int>
}

extension SearchSpace {
  /// Exact range of multiply-adds and parameters at the deployment resolution.
  ///
  /// Costs add up over blocks, so the cheapest network that ends a stage with given channels is
  /// the cheapest way there and the cheapest stage behind it. Takes time in proportion to the
  /// product of each stage's lists and its input widths.
  package func costRange(classes: Int) -> CostRange {
    var table = BlockTable()
    var side = reduced(input.resolution, stride: stem.stride)
    let stemCosts = Costs.normalized(
      weights: stem.kernel * stem.kernel * input.channels * stem.channels,
      channels: stem.channels, pixels: side * side)
    var reached = [stem.channels: CostRange(stemCosts)]
    for stage in stages {
      var next: [Int: CostRange] = [:]
      for (channels, range) in reached {
        for (output, costs) in table.ranges(of: stage, inputChannels: channels, side: side) {
          let sum = range + costs
          next[output] = next[output].map { $0.union(sum) } ?? sum
        }
      }
      reached = next
      side = reduced(side, stride: stage.stride)
    }
    let ends = reached.map { channels, range in
      let classifier = Costs(
        multiplyAdds: head.channels * classes, parameters: head.channels * classes + classes)
      let pointwise = Costs.normalized(
        weights: channels * head.channels, channels: head.channels, pixels: side * side)
      return range + CostRange(pointwise + classifier)
    }
    return ends.dropFirst().reduce(ends[0]) { $0.union($1) }
  }
}

extension CostRange {
  fileprivate init(_ costs: Costs) {
    multiplyAdds = costs.multiplyAdds...costs.multiplyAdds
    parameters = costs.parameters...costs.parameters
  }

  fileprivate func union(_ other: CostRange) -> CostRange {
    CostRange(
      multiplyAdds: multiplyAdds.union(other.multiplyAdds),
      parameters: parameters.union(other.parameters))
  }

  fileprivate static func + (left: CostRange, right: CostRange) -> CostRange {
    CostRange(
      multiplyAdds: left.multiplyAdds.sum(right.multiplyAdds),
      parameters: left.parameters.sum(right.parameters))
  }
}

extension ClosedRange<Int> {
  fileprivate func union(_ other: ClosedRange<Int>) -> ClosedRange<Int> {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }

  fileprivate func sum(_ other: ClosedRange<Int>) -> ClosedRange<Int> {
    (lowerBound + other.lowerBound)...(upperBound + other.upperBound)
  }
}

extension BlockTable {
  /// Ranges of one stage's costs, by output channels.
  fileprivate mutating func ranges(
    of stage: Stage, inputChannels: Int, side: Int
  ) -> [Int: CostRange] {
    let repeats = (stage.repeats.min() ?? 1, stage.repeats.max() ?? 1)
    let nextSide = reduced(side, stride: stage.stride)
    var ranges: [Int: CostRange] = [:]
    for pair in pairs(of: stage, inputChannels: inputChannels) {
      let first = costs(of: letters[pair.first], side: side)
      let next = repeats.1 > 1 ? costs(of: letters[pair.next], side: nextSide) : first
      // More blocks never cost less.
      let least = first + (repeats.0 - 1) * next
      let most = first + (repeats.1 - 1) * next
      let range = CostRange(
        multiplyAdds: least.multiplyAdds...most.multiplyAdds,
        parameters: least.parameters...most.parameters)
      let channels = Int(letters[pair.first].outputChannels)
      ranges[channels] = ranges[channels].map { $0.union(range) } ?? range
    }
    return ranges
  }
}
