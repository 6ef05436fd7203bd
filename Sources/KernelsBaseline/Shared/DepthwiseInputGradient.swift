import KernelInterface

@Sendable
func depthwiseInputGradient(_ call: DepthwiseInputGradient) {
  let geometry = call.layout.geometry
  let count = call.layout.vectorCount
  call.layout.withVectors { vectors in
    withScratch { scratch in
      for row in 0..<call.images * geometry.height {
        for index in 0..<count { inputGradientRow(call, geometry, row, vectors[index], scratch) }
      }
    }
  }
}

/// One row of the input's gradient of one vector of channels, gathered from the rows of the
/// output's gradient: a correlation with the taps in reverse.
@inline(never)
private func inputGradientRow(
  _ call: DepthwiseInputGradient, _ geometry: DepthwiseGeometry, _ row: Int,
  _ vector: DepthwiseLayout.Vector, _ scratch: Output
) {
  let channels = geometry.channels
  let image = row / geometry.height
  let y = row - image * geometry.height
  // The row by itself is a phase with one result.
  let rowAxis = AxisPhase.inputGradient(
    phase: y, stride: geometry.stride, dilation: vector.dilation, pad: vector.padTop,
    taps: vector.taps, inputs: y + 1)
  let tapRows = tapsInside(
    rowAxis.firstSource, step: rowAxis.sourceStep, taps: rowAxis.taps,
    size: geometry.outputHeight)
  let firstRow =
    image * geometry.outputHeight + rowAxis.firstSource
    + tapRows.lowerBound * rowAxis.sourceStep
  let firstTap = rowAxis.firstTap + tapRows.lowerBound * rowAxis.tapStep
  let source = firstRow * geometry.outputWidth * channels + vector.channel
  for phase in 0..<AxisPhase.inputGradientPhases(geometry.stride, vector.dilation) {
    let axis = AxisPhase.inputGradient(
      phase: phase, stride: geometry.stride, dilation: vector.dilation, pad: vector.padLeft,
      taps: vector.taps, inputs: geometry.width)
    correlate(
      RowCorrelation(
        source: call.outputGradient + source, pixelStride: channels,
        rowStride: rowAxis.sourceStep * geometry.outputWidth * channels,
        sourceWidth: geometry.outputWidth,
        sourceFloats: call.images * geometry.outputHeight * geometry.outputWidth * channels
          - source,
        weights: call.weights + vector.weights + (firstTap * vector.taps + axis.firstTap) * width,
        weightStride: axis.tapStep * width,
        weightRowStride: rowAxis.tapStep * vector.taps * width,
        tapRows: tapRows.upperBound - tapRows.lowerBound, lanes: vector.lanes,
        result: call.inputGradient + row * geometry.width * channels + vector.channel),
      axis, scratch)
  }
}
