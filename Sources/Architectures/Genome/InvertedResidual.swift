extension LayerAssembly {
  /// An inverted residual block (Sandler et al. 2018): `PATH.expand`, `PATH.depthwise`,
  /// `PATH.squeeze-excitation`, `PATH.project` and `PATH.add`, each where the block has it.
  ///
  /// - Parameters:
  ///   - squeezeActivation: between the two layers of the squeeze-and-excitation, instead of the
  ///     block's.
  ///   - gate: at its end.
  mutating func addInvertedResidual(
    _ block: ResolvedBlock, in path: String, squeezeActivation: Activation? = nil,
    gate: Activation = .sigmoid
  ) throws(GraphError) {
    let input = end
    if block.expands {
      try addNormalized(
        .pointwise(block.expandedChannels, groups: block.expandGroups), in: path + ".expand",
        block.activation)
    }
    try addNormalized(
      .mixedDepthwise(MixedDepthwise(groups: block.depthwiseGroups, stride: block.stride)),
      in: path + ".depthwise", block.activation)
    if let width = block.squeezedChannels {
      try addSqueezeExcitation(
        width: width, squeezeActivation ?? block.activation, gate: gate,
        in: path + ".squeeze-excitation")
    }
    try addNormalized(
      .pointwise(block.outputChannels, groups: block.projectGroups), in: path + ".project")
    if block.addsInput { try add(.add, named: path + ".add", [end, input]) }
  }
}
