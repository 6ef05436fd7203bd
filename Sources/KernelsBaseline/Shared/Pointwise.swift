import KernelInterface

// Weights are packed in panels of output channels, as wide as `panelVectors` says; each panel is
// [inputChannels, panel width], padded with zeros. With panels of at most three vectors of 16:
//
//     columns      0 ... 47        48 ... 79 (of 70)
//     packed     [ k × 48 floats ][ k × 32 floats ]

let pointwiseKernels = PointwiseKernels(
  packedCount: pointwisePackedCount, pack: packPointwise, forward: pointwiseForward,
  weightGradient: pointwiseWeightGradient)

@Sendable
private func pointwisePackedCount(_ inputChannels: Int, _ outputChannels: Int) -> Int {
  inputChannels * ((outputChannels + width - 1) / width * width)
}

@Sendable
private func packPointwise(_ matrix: WeightMatrix, _ packed: Output) {
  var destination = packed
  var column = 0
  while column < matrix.outputChannels {
    let rest = matrix.outputChannels - column
    let panel = panelVectors(rest) * width
    for k in 0..<matrix.inputChannels {
      let source = matrix.values + k * matrix.inputStride + column * matrix.outputStride
      for n in 0..<panel {
        destination[n] = n < rest ? source[n * matrix.outputStride] : 0
      }
      destination += panel
    }
    column += panel
  }
}
