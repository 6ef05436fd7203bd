import Architectures

extension NetworkGraph {
  /// The nodes with what the scripts in `Tests/Interoperability` read of their operations. They
  /// know no pool that rounds up.
  var interoperabilityNodes: [[String: Any]] {
    nodes.map { node in
      var fields = node.operation.interoperabilityFields
      fields["name"] = node.name
      fields["inputs"] = node.inputs
      fields["shape"] = [node.shape.height, node.shape.width, node.shape.channels]
      return fields
    }
  }
}

extension Architectures.Operation {
  fileprivate var interoperabilityFields: [String: Any] {
    switch self {
    case .input: ["kind": "input"]
    case .convolution(let convolution):
      [
        "kind": "convolution", "outputs": convolution.outputChannels,
        "kernel": convolution.kernel.pair, "stride": convolution.stride.pair,
        "dilation": convolution.dilation.pair, "groups": convolution.groups,
        "padding": convolution.padding.interoperabilityValue,
      ]
    case .mixedDepthwise(let depthwise):
      [
        "kind": "mixed-depthwise", "stride": depthwise.stride,
        "padding": depthwise.padding == .same ? "same" : "centered",
        "groups": depthwise.groups.map {
          ["kernel": $0.kernel, "dilation": $0.dilation, "channels": $0.channels]
        },
      ]
    case .batchNormalization(let normalization):
      [
        "kind": "batch-normalization", "epsilon": normalization.epsilon,
        "momentum": normalization.momentum,
      ]
    case .activation(let activation): ["kind": activation.rawValue]
    case .globalAveragePool: ["kind": "global-average-pool"]
    case .pool(let pool):
      [
        "kind": "\(pool.kind.rawValue)-pool", "kernel": pool.kernel.pair,
        "stride": pool.stride.pair, "padding": pool.padding.interoperabilityValue,
      ]
    case .dense(let dense): ["kind": "dense", "units": dense.units]
    case .add: ["kind": "add"]
    case .multiply: ["kind": "multiply"]
    case .concatenate: ["kind": "concatenate"]
    case .slice(let channels):
      ["kind": "slice", "first": channels.lowerBound, "end": channels.upperBound]
    case .channelShuffle(let groups): ["kind": "channel-shuffle", "groups": groups]
    case .dropout(let rate): ["kind": "dropout", "rate": rate]
    }
  }
}

extension Padding {
  fileprivate var interoperabilityValue: Any {
    switch self {
    case .same: "same"
    case .symmetric(let extent): extent.pair
    }
  }
}

extension Extent {
  fileprivate var pair: [Int] { [height, width] }
}
