import KernelInterface

let depthwiseKernels = DepthwiseKernels(
  forward: depthwiseForward, inputGradient: depthwiseInputGradient,
  weightGradient: depthwiseWeightGradient)

@Sendable
private func depthwiseForward(_ call: DepthwiseForward) {
  let geometry = call.layout.geometry
  let rowFloats = geometry.outputWidth * geometry.channels
  let count = call.layout.vectorCount
  call.layout.withVectors { vectors in
    withScratch { scratch in
      for row in call.rows {
        for index in 0..<count { forwardRow(call, geometry, row, vectors[index], scratch) }
        if call.activation.needsExtraPass {
          let place = call.output + row * rowFloats
          activate(rowFloats, call.activation, place, place)
        }
      }
    }
  }
}

/// One row of outputs of one vector of channels.
@inline(never)
private func forwardRow(
  _ call: DepthwiseForward, _ geometry: DepthwiseGeometry, _ row: Int,
  _ vector: DepthwiseLayout.Vector, _ scratch: Output
) {
  let channels = geometry.channels
  let image = row / geometry.outputHeight
  let y = row - image * geometry.outputHeight
  let firstRow = y * geometry.stride - vector.padTop
  let tapRows = tapsInside(
    firstRow, step: vector.dilation, taps: vector.taps, size: geometry.height)
  let inputRow =
    image * geometry.height + firstRow + tapRows.lowerBound * vector.dilation
  let source = inputRow * geometry.width * channels + vector.channel
  let isClamped = call.activation == .relu || call.activation == .relu6
  let correlation = RowCorrelation(
    source: call.input + source, pixelStride: channels,
    rowStride: vector.dilation * geometry.width * channels, sourceWidth: geometry.width,
    sourceFloats: call.images * geometry.height * geometry.width * channels - source,
    weights: call.weights + vector.weights + tapRows.lowerBound * vector.taps * width,
    weightStride: width, weightRowStride: vector.taps * width,
    tapRows: tapRows.upperBound - tapRows.lowerBound, lanes: vector.lanes,
    bias: call.bias.map { $0 + vector.channel }, lower: isClamped ? 0 : -.infinity,
    upper: call.activation == .relu6 ? 6 : .infinity,
    result: call.output + row * geometry.outputWidth * channels + vector.channel)
  for phase in 0..<AxisPhase.forwardPhases(geometry.stride, vector.dilation) {
    correlate(
      correlation,
      .forward(
        phase: phase, stride: geometry.stride, dilation: vector.dilation, pad: vector.padLeft,
        taps: vector.taps, outputs: geometry.outputWidth),
      scratch)
  }
}
