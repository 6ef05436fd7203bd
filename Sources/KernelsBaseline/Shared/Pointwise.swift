import KernelInterface

// Weights are packed in panels of output channels, two vectors wide, the last one vector wide
// if that is enough; each panel is [inputChannels, panel width], padded with zeros:
//
//     columns      0 ... 31        32 ... 63       64 ... 79 (of 70)
//     packed     [ k × 32 floats ][ k × 32 floats ][ k × 16 floats ]

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
    let panel = rest > width ? 2 * width : width
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
