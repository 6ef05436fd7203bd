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
    for row in call.rows {
      for index in 0..<count { forwardRow(call, geometry, row, vectors[index]) }
      if call.activation.needsExtraPass {
        let place = call.output + row * rowFloats
        activate(rowFloats, call.activation, place, place)
      }
    }
  }
}

/// One row of outputs of one vector of channels.
@inline(never)
private func forwardRow(
  _ call: DepthwiseForward, _ geometry: DepthwiseGeometry, _ row: Int,
  _ vector: DepthwiseLayout.Vector
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
  let bias = call.bias.map { load($0 + vector.channel, lanes: vector.lanes) } ?? .zero
  let isClamped = call.activation == .relu || call.activation == .relu6
  let correlation = RowCorrelation(
    source: call.input + source, pixelStride: channels,
    rowStride: vector.dilation * geometry.width * channels, sourceWidth: geometry.width,
    sourceFloats: call.images * geometry.height * geometry.width * channels - source,
    weights: call.weights + vector.weights + tapRows.lowerBound * vector.taps * width,
    weightRowStride: vector.taps * width, weightStride: width,
    tapRows: tapRows.upperBound - tapRows.lowerBound, bias: bias,
    bounds: Bounds(
      lower: Vector(repeating: isClamped ? 0 : -.infinity),
      upper: Vector(repeating: call.activation == .relu6 ? 6 : .infinity),
      lanes: vector.lanes),
    result: call.output + row * geometry.outputWidth * channels + vector.channel)
  for phase in 0..<AxisPhase.forwardPhases(geometry.stride, vector.dilation) {
    correlate(
      correlation,
      .forward(
        phase: phase, stride: geometry.stride, dilation: vector.dilation, pad: vector.padLeft,
        taps: vector.taps, outputs: geometry.outputWidth))
  }
}
