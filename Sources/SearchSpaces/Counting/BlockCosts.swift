import Architectures

/// Multiply-adds and trained parameters, added up over layers.
package struct Costs: Sendable, Hashable, Codable {
  package var multiplyAdds: Int
  package var parameters: Int

  package init(multiplyAdds: Int, parameters: Int) {
    self.multiplyAdds = multiplyAdds
    self.parameters = parameters
  }

  static func + (left: Costs, right: Costs) -> Costs {
    Costs(
      multiplyAdds: left.multiplyAdds + right.multiplyAdds,
      parameters: left.parameters + right.parameters)
  }

  static func * (count: Int, costs: Costs) -> Costs {
    Costs(multiplyAdds: count * costs.multiplyAdds, parameters: count * costs.parameters)
  }

  /// A convolution without bias, and its batch norm.
  static func normalized(weights: Int, channels: Int, pixels: Int) -> Costs {
    Costs(multiplyAdds: weights * pixels, parameters: weights + 2 * channels)
  }
}

extension BlockTable {
  /// Costs of a block that reads a square image of `side` pixels.
  ///
  /// The sums that `NetworkGraph.multiplyAdds` and `parameterCount` make of the block's graph,
  /// without building it: a space has very many blocks.
  func costs(of letter: BlockLetter, side: Int) -> Costs {
    let inputs = Int(letter.inputChannels)
    let expanded = Int(letter.expandedChannels)
    let outputs = Int(letter.outputChannels)
    let outputSide = reduced(side, stride: Int(letter.stride))
    let outputPixels = outputSide * outputSide

    let taps = depthwise[Int(letter.depthwise)].reduce(0) {
      $0 + $1.kernel * $1.kernel * $1.channels
    }
    var costs = Costs.normalized(weights: taps, channels: expanded, pixels: outputPixels)
    if letter.expands {
      let weights = pointwiseWeights(inputs, expanded, groups: Int(letter.expandGroups))
      costs = costs + .normalized(weights: weights, channels: expanded, pixels: side * side)
    }
    if letter.squeezedChannels > 0 {
      let squeezed = Int(letter.squeezedChannels)
      let weights = 2 * expanded * squeezed
      costs =
        costs
        + Costs(multiplyAdds: weights, parameters: weights + squeezed + expanded)
    }
    let weights = pointwiseWeights(expanded, outputs, groups: Int(letter.projectGroups))
    return costs + .normalized(weights: weights, channels: outputs, pixels: outputPixels)
  }
}

/// Side of the output of a layer with 'same' padding.
func reduced(_ side: Int, stride: Int) -> Int { (side + stride - 1) / stride }

private func pointwiseWeights(_ inputs: Int, _ outputs: Int, groups: Int) -> Int {
  Convolution(outputChannels: outputs, kernel: Extent(1), groups: groups)
    .groupChannels(inputChannels: inputs).reduce(0) { $0 + $1.inputs * $1.outputs }
}
