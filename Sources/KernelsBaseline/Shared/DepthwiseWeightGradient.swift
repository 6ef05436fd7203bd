import KernelInterface

@Sendable
func depthwiseWeightGradient(_ call: DepthwiseWeightGradient) {
  let geometry = call.layout.geometry
  let count = call.layout.vectorCount
  call.layout.withVectors { vectors in
    for row in 0..<call.images * geometry.outputHeight {
      for index in 0..<count { addWeightGradientRow(call, geometry, row, vectors[index]) }
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
  _ vector: DepthwiseLayout.Vector
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
        TapRow(
          input: call.input + source, inputWidth: geometry.width,
          inputFloats: call.images * geometry.height * geometry.width * channels - source,
          gradient: call.outputGradient + gradient, gradientFloats: gradientFloats,
          channels: channels, lanes: vector.lanes,
          result: call.weightGradient + vector.weights + i * vector.taps * width),
        axis)
    }
  }
}

/// One row of inputs under one row of output gradients.
private struct TapRow {
  var input: Input
  var inputWidth: Int
  /// Floats from `input` to the end of the tensor; `gradientFloats` likewise.
  var inputFloats: Int
  var gradient: Input
  var gradientFloats: Int
  var channels: Int
  var lanes: Int
  var result: Output
}

private typealias Three<Element> = Stack<Two<Element>, Element>

@inline(__always)
private func addTapRow(_ call: TapRow, _ axis: AxisPhase) {
  var p = 0
  while p < axis.results {
    // More taps than fit in registers are halved.
    let rest = axis.results - p
    let count = rest > tapTileLimit ? (rest + 1) / 2 : rest
    switch min(count, tapTileLimit) {
    case 1: addTaps(call, axis, p, Pixel.self)
    case 2: addTaps(call, axis, p, Two<Pixel>.self)
    case 3: addTaps(call, axis, p, Three<Pixel>.self)
    case 4: addTaps(call, axis, p, Four<Pixel>.self)
    case 5: addTaps(call, axis, p, Stack<Four<Pixel>, Pixel>.self)
    case 6: addTaps(call, axis, p, Six<Pixel>.self)
    case 7: addTaps(call, axis, p, Stack<Four<Pixel>, Three<Pixel>>.self)
    case 8: addTaps(call, axis, p, Eight<Pixel>.self)
    case 9: addTaps(call, axis, p, Stack<Eight<Pixel>, Pixel>.self)
    case 10: addTaps(call, axis, p, Stack<Eight<Pixel>, Two<Pixel>>.self)
    default: addTaps(call, axis, p, Stack<Eight<Pixel>, Three<Pixel>>.self)
    }
    p += min(count, tapTileLimit)
  }
}

@inline(never)
private func addTaps<Tile: PixelGroup>(
  _ call: TapRow, _ axis: AxisPhase, _ p: Int, _: Tile.Type
) {
  var phase = axis
  phase.firstSource += axis.sourceStep * axis.advance * p
  // The outputs for which all of the tile's taps lie inside the row and inside memory.
  let reach = phase.sourceStep * phase.advance * (Tile.count - 1)
  let lastWhole = min(
    call.inputWidth - 1, (call.inputFloats - width) / call.channels)
  var inner = tapsInside(
    phase.firstSource, step: phase.sourceStep, taps: axis.taps,
    size: max(lastWhole + 1 - reach, 0))
  let wholeGradients = max((call.gradientFloats - width) / call.channels + 1, 0)
  inner = min(inner.lowerBound, wholeGradients)..<min(inner.upperBound, wholeGradients)
  if inner.lowerBound == inner.upperBound { inner = 0..<0 }

  var tile = Tile(repeating: .zero)
  addBorder(&tile, call, phase, 0..<inner.lowerBound)
  slide(
    &tile, InnerColumns(row: call.input, stride: call.channels),
    phase.firstSource + phase.sourceStep * inner.lowerBound, phase,
    InnerColumns(row: call.gradient + inner.lowerBound * call.channels, stride: call.channels),
    inner.upperBound - inner.lowerBound)
  addBorder(&tile, call, phase, inner.upperBound..<axis.taps)
  tile.add(
    to: call.result + (axis.firstResult + p * axis.resultStep) * width,
    stride: axis.resultStep * width)
}

@inline(__always)
private func addBorder<Tile: PixelGroup>(
  _ tile: inout Tile, _ call: TapRow, _ axis: AxisPhase, _ outputs: Range<Int>
) {
  slide(
    &tile,
    BorderedColumns(
      row: call.input, stride: call.channels, width: call.inputWidth, lanes: call.lanes),
    axis.firstSource + axis.sourceStep * outputs.lowerBound, axis,
    BorderedColumns(
      row: call.gradient + outputs.lowerBound * call.channels, stride: call.channels,
      width: outputs.upperBound - outputs.lowerBound, lanes: call.lanes),
    outputs.upperBound - outputs.lowerBound)
}
