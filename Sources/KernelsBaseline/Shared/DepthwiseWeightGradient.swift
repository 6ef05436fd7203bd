import KernelInterface

@Sendable
func depthwiseWeightGradient(_ call: DepthwiseWeightGradient) {
  let geometry = call.layout.geometry
  let count = call.layout.vectorCount
  call.layout.withVectors { vectors in
    withScratch { scratch in
      for row in 0..<call.images * geometry.outputHeight {
        for index in 0..<count {
          addWeightGradientRow(call, geometry, row, vectors[index], scratch)
        }
      }
    }
  }
}

/// Adds what one row of outputs contributes to the gradient of one vector of channels.
///
/// Along a row, `Σ_x dy[x] · input[x · stride - pad + j · dilation]` is again a correlation,
/// with the taps j as its results and the outputs x as its taps.
@inline(never)
private func addWeightGradientRow(
  _ call: DepthwiseWeightGradient, _ geometry: DepthwiseGeometry, _ row: Int,
  _ vector: DepthwiseLayout.Vector, _ scratch: Output
) {
  let channels = geometry.channels
  let image = row / geometry.outputHeight
  let y = row - image * geometry.outputHeight
  let firstRow = y * geometry.stride - vector.padTop
  let tapRows = tapsInside(
    firstRow, step: vector.dilation, taps: vector.taps, size: geometry.height)
  let gradient = row * geometry.outputWidth * channels + vector.channel
  let gradientFloats =
    call.images * geometry.outputHeight * geometry.outputWidth * channels - gradient
  for phase in 0..<AxisPhase.forwardPhases(vector.dilation, geometry.stride) {
    let axis = AxisPhase.forward(
      phase: phase, stride: vector.dilation, dilation: geometry.stride, pad: vector.padLeft,
      taps: geometry.outputWidth, outputs: vector.taps)
    for i in tapRows {
      let inputRow = image * geometry.height + firstRow + i * vector.dilation
      let source = inputRow * geometry.width * channels + vector.channel
      addTapRow(
        TapRowCorrelation(
          input: call.input + source, inputWidth: geometry.width,
          inputFloats: call.images * geometry.height * geometry.width * channels - source,
          gradient: call.outputGradient + gradient, gradientFloats: gradientFloats,
          channels: channels, lanes: vector.lanes,
          result: call.weightGradient + vector.weights + i * vector.taps * width),
        axis, scratch)
    }
  }
}
