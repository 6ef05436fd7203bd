import KernelInterface

// Weights are packed in panels of output channels, as wide as `PanelShape` says; each panel is
// [steps, vectors], padded with zeros. With vectors of 16 and 72 output channels:
//
//     columns      0 ... 47        48 ... 71
//     packed     [ k × 48 floats ][ k/2 × 48 floats: columns twice, for even and odd k ]

let pointwiseKernels = PointwiseKernels(
  packedCount: pointwisePackedCount, pack: packPointwise, forward: pointwiseForward,
  weightGradient: pointwiseWeightGradient)

@Sendable
private func pointwisePackedCount(_ inputChannels: Int, _ outputChannels: Int) -> Int {
  var count = 0
  var column = 0
  while column < outputChannels {
    let panel = PanelShape(columns: outputChannels - column, depth: inputChannels)
    count += inputChannels * panel.columns
    column += panel.columns
  }
  return count
}

@Sendable
private func packPointwise(_ matrix: WeightMatrix, _ packed: Output) {
  var destination = packed
  var column = 0
  while column < matrix.outputChannels {
    let rest = matrix.outputChannels - column
    let panel = PanelShape(columns: rest, depth: matrix.inputChannels)
    for k in 0..<matrix.inputChannels {
      let source = matrix.values + k * matrix.inputStride + column * matrix.outputStride
      let step = destination + k / panel.ways * panel.floats + k % panel.ways
      if panel.ways == 1 && matrix.outputStride == 1 && rest >= panel.columns {
        copyRow(panel.columns, from: source, to: step)
        continue
      }
      for n in 0..<panel.columns {
        step[n * panel.ways] = n < rest ? source[n * matrix.outputStride] : 0
      }
    }
    destination += matrix.inputChannels * panel.columns
    column += panel.columns
  }
}
