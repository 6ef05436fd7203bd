import KernelInterface

let depthwiseKernels = DepthwiseKernels(
  scratchCount: depthwiseScratchCount, forward: depthwiseForward, backward: depthwiseBackward)

@Sendable
private func depthwiseScratchCount(_ layout: DepthwiseLayout) -> Int {
  var floats = 0
  let count = layout.vectorCount
  let geometry = layout.geometry
  layout.withVectors { vectors in
    for index in 0..<count {
      let vector = vectors[index]
      floats = max(
        floats, ForwardPlan(geometry, vector).floats, backwardScratchCount(geometry, vector))
    }
  }
  return floats
}

/// How the outputs of an image are gone through: a ring of padded input rows moves down one
/// block of columns after the other.
private struct ForwardPlan {
  var rows: AxisPhase
  var columns: AxisPhase
  /// Outputs of a row that are computed from one ring.
  var block: Int
  var slots: Int
  /// Pixels of a slot. An odd number, so that rows do not fall on the same cache sets.
  var pitch: Int

  @inline(__always)
  init(_ geometry: DepthwiseGeometry, _ vector: DepthwiseLayout.Vector) {
    rows = .forward(
      stride: geometry.stride, dilation: vector.dilation, pad: vector.padTop,
      taps: vector.taps, outputs: geometry.outputHeight)
    columns = .forward(
      stride: geometry.stride, dilation: vector.dilation, pad: vector.padLeft,
      taps: vector.taps, outputs: geometry.outputWidth)
    let reach = (vector.taps - 1) * vector.dilation + 1
    slots = min((rows.pairedResults - 1) * geometry.stride + reach, geometry.height)
    block = columnBlock(columns, slots: slots)
    pitch = ((block - 1) * geometry.stride + reach) | 1
  }

  var floats: Int { @inline(__always) get { slots * pitch * width } }
}

@Sendable
private func depthwiseForward(_ call: DepthwiseForward) {
  let geometry = call.layout.geometry
  let count = call.layout.vectorCount
  let bandRows = forwardBandRows(geometry)
  let isFar = geometry.isFar(images: call.images)
  call.layout.withVectors { vectors in
    var taps = 0
    for index in 0..<count { taps += vectors[index].taps * vectors[index].taps }
    let fetchesAhead = geometry.isInMainMemory(images: call.images)
    var part = geometry.nextPart(of: call.rows, bandRows: bandRows)
    approach(call, part.rows, isFar)
    while !part.rows.isEmpty {
      let rest = part.rows.upperBound..<call.rows.upperBound
      let next = geometry.nextPart(of: rest, bandRows: bandRows)
      let none = FetchAhead.Stretch(call.input, 0)
      var ahead = FetchAhead(
        (
          geometry.inputs(next.rows, call.input), geometry.outputs(next.rows, call.output), none,
          none
        ), multiplyAdds: part.rows.count * geometry.outputWidth * taps)
      withUnsafeMutablePointer(to: &ahead) { pointer in
        let ahead = fetchesAhead ? pointer : nil
        for index in 0..<count { forwardBand(call, geometry, part, vectors[index], ahead) }
      }
      if !fetchesAhead { approach(call, next.rows, isFar) }
      part = next
    }
  }
}

/// The output of some rows, and their input if it is far.
@inline(never)
private func approach(_ call: DepthwiseForward, _ rows: Range<Int>, _ isFar: Bool) {
  let geometry = call.layout.geometry
  approach(geometry.outputs(rows, call.output), call.scratch)
  if isFar { approach(geometry.inputs(rows, call.input), call.scratch) }
}

/// Rows of a band: what they read and write fits in the second-level cache.
@inline(__always)
private func forwardBandRows(_ geometry: DepthwiseGeometry) -> Int {
  let rowFloats = geometry.width * geometry.channels * geometry.stride
  return max(100_000 / rowFloats, 8)
}

/// The same output rows of some images, of one vector of channels.
@inline(never)
private func forwardBand(
  _ call: DepthwiseForward, _ geometry: DepthwiseGeometry, _ part: DepthwisePart,
  _ vector: DepthwiseLayout.Vector, _ ahead: UnsafeMutablePointer<FetchAhead>?
) {
  let plan = ForwardPlan(geometry, vector)
  var correlation = RowCorrelation(
    pixelStep: geometry.stride, tapStep: vector.dilation * width, taps: vector.taps,
    weightStep: width, weightRowStep: vector.taps * width, resultStep: geometry.channels,
    lanes: vector.lanes, scratch: call.scratch, ahead: ahead)
  correlation.bias = call.bias.map { $0 + vector.channel }
  correlation.setClamp(call.activation)
  var column = 0
  while column < geometry.outputWidth {
    let count = min(plan.block, geometry.outputWidth - column)
    let ring = PaddedRows(
      slots: call.scratch, slotCount: plan.slots, pitch: plan.pitch * width, firstRow: 0,
      firstColumn: plan.columns.firstSource + column * geometry.stride,
      columns: (count - 1) * geometry.stride + (vector.taps - 1) * vector.dilation + 1)
    ring.clearBorders(geometry.width)
    correlation.aim(plan.columns, from: column, count: count, in: ring)
    for image in part.images {
      forwardBlock(call, geometry, image, part.band, vector, plan, ring, column, count, correlation)
    }
    column += count
  }
}

/// `count` columns from `column` on, of a band of one image.
@inline(__always)
private func forwardBlock(
  _ call: DepthwiseForward, _ geometry: DepthwiseGeometry, _ image: Int, _ band: Range<Int>,
  _ vector: DepthwiseLayout.Vector, _ plan: ForwardPlan, _ ring: PaddedRows, _ column: Int,
  _ count: Int, _ correlation: RowCorrelation
) {
  var ring = ring
  var correlation = correlation
  let channels = geometry.channels
  let imageFloats = geometry.height * geometry.width * channels
  let offset = image * imageFloats + vector.channel
  let inputs = ImageRows(
    pixels: call.input + offset, height: geometry.height, width: geometry.width,
    channels: channels, lanes: vector.lanes, floats: call.images * imageFloats - offset)
  let firstPixel = image * geometry.outputHeight * geometry.outputWidth + column
  let result = call.output + firstPixel * channels + vector.channel
  let step = plan.rows.pairedResults
  let upper = step > 1 ? plan.rows.sharedDistance : 1
  var filled = 0
  var y = band.lowerBound
  while y < band.upperBound {
    let end = min(y + step, band.upperBound)
    let first = max(plan.rows.firstSource + y * geometry.stride, 0)
    let last =
      plan.rows.firstSource + (end - 1) * geometry.stride + (vector.taps - 1) * vector.dilation
    if filled < first {
      filled = first
      if y == band.lowerBound { ring.firstRow = first }
    }
    while first - ring.firstRow >= plan.slots { ring.firstRow += plan.slots }
    while filled <= min(last, geometry.height - 1) {
      ring.fill(filled, from: inputs, vector.channel, call.transform)
      filled += 1
    }
    for p in y..<min(y + upper, end) {
      correlation.run(
        plan.rows, p, hasPartner: step > 1 && p + upper < end, in: ring,
        height: geometry.height, weights: call.weights + vector.weights,
        rowFloats: vector.taps * width, result: result,
        rowStep: geometry.outputWidth * channels)
    }
    if call.activation.needsExtraPass {
      for p in y..<end {
        activateColumns(
          count, call.activation, result + p * geometry.outputWidth * channels, channels,
          vector.lanes)
      }
    }
    y = end
  }
}

extension RowCorrelation {
  /// Activations that are clamps cost a tile nothing.
  @inline(__always)
  fileprivate mutating func setClamp(_ activation: KernelActivation) {
    switch activation {
    case .relu: (clamps, lower, upper) = (true, 0, .infinity)
    case .relu6: (clamps, lower, upper) = (true, 0, 6)
    default: clamps = false
    }
  }
}
