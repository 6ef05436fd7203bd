/// How a network is written as ONNX.
package struct ONNXOptions: Sendable, Hashable {
  package enum Batch: Sendable, Hashable {
    case fixed(Int)
    /// Any number of images.
    case symbolic
  }

  package enum MixedDepthwise: String, Sendable, Hashable, CaseIterable {
    /// Split, a convolution for each kernel, Concat.
    case split
    /// One depthwise convolution, its kernels amid zeros in the largest extent.
    case merged
  }

  package var batch = Batch.fixed(1)
  package var mixedDepthwise = MixedDepthwise.split
  /// Batch norms and dropout stay operations of their own, for a file that is trained further;
  /// they are in inference mode all the same.
  package var keepsTraining = false

  package init(
    batch: Batch = .fixed(1), mixedDepthwise: MixedDepthwise = .split, keepsTraining: Bool = false
  ) {
    self.batch = batch
    self.mixedDepthwise = mixedDepthwise
    self.keepsTraining = keepsTraining
  }
}

/// What all files have in common.
package enum ONNXFormat {
  /// Old enough for every runtime in use; the operators need 14 at least (HardSwish).
  package static let operatorSet = 17
  /// Of operator set 17.
  package static let irVersion = 8
  package static let input = "image"
  package static let output = "logits"
  package static let symbolicBatch = "batch"
}
