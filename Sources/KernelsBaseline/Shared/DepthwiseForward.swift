import KernelInterface

let depthwiseKernels = DepthwiseKernels(
  scratchCount: depthwiseScratchCount, forward: depthwiseForward, backward: depthwiseBackward)

@Sendable
private func depthwiseScratchCount(_ layout: DepthwiseLayout) -> Int {
  var forward = width
  var backward = 0
  let count = layout.vectorCount
  let geometry = layout.geometry
  layout.withVectors { vectors in
    for index in 0..<count {
      let vector = vectors[index]
      forward += ForwardPlan(geometry, vector).floats
      backward = max(backward, backwardScratchCount(geometry, vector))
    }
  }
  return max(forward, backward)
}

/// How the outputs of an image are gone through: a ring of padded input rows moves down.
private struct ForwardPlan {
  var rows: AxisPhase
  var columns: AxisPhase
  var slots: Int
  /// Pixels of an input row with what lies around it.
  var pixels: Int
  /// Pixels from slot to slot. An odd number, so that rows do not fall on the same cache sets.
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
    pixels = (geometry.outputWidth - 1) * geometry.stride + reach
    pitch = pixels | 1
  }

  var floats: Int { @inline(__always) get { slots * pitch * width } }
}

@Sendable
private func depthwiseForward(_ call: DepthwiseForward) {
  let geometry = call.layout.geometry
  let count = call.layout.vectorCount
  let isFar = !call.inputIsNear && geometry.isFar(images: call.images)
  let fetchesAhead = !call.inputIsNear && geometry.fetchesAhead(images: call.images)
  let bandRows =
    call.inputIsNear
    ? geometry.outputHeight : forwardBandRows(geometry, fetchesAhead: fetchesAhead)
  call.layout.withVectors { vectors in
    var taps = 0
    for index in 0..<count { taps += vectors[index].taps * vectors[index].taps }
    var part = geometry.part(call.rows.lowerBound, of: call.rows, bandRows: bandRows)
    approach(call, part.rows, isFar)
    while !part.rows.isEmpty {
      let next = geometry.part(part.rows.upperBound, of: call.rows, bandRows: bandRows)
      var ahead = FetchAhead(idle: call.scratch)
      if fetchesAhead {
        let none = FetchAhead.Stretch(call.input, floats: 0)
        ahead = FetchAhead(
          (
            geometry.inputs(next.rows, call.input), geometry.outputs(next.rows, call.output), none,
            none
          ), multiplyAdds: part.rows.count * geometry.outputWidth * taps, idle: call.scratch)
      }
      withUnsafeMutablePointer(to: &ahead) { ahead in
        // The first vector of scratch memory is `approach`'s. Rings that go on in the next band
        // stay, each in its place; others share one, which the first-level cache holds.
        var scratch = call.scratch + width
        let sharesRing = !part.continues && !next.continues
        for index in 0..<count {
          let keepsBorders =
            part.continues
            || sharesRing && index > 0 && vectors[index].hasWindow(of: vectors[index - 1])
          let floats = forwardBand(
            call, geometry, part, vectors[index], scratch, keepsBorders, ahead)
          if !sharesRing { scratch += floats }
        }
      }
      if !fetchesAhead { approach(call, next.rows, isFar) }
      part = next
    }
  }
}

/// The output of some rows, for writing, and their input if it is far.
@inline(never)
private func approach(_ call: DepthwiseForward, _ rows: Range<Int>, _ isFar: Bool) {
  let geometry = call.layout.geometry
  approachForWriting(geometry.outputs(rows, call.output))
  if isFar { approach(geometry.inputs(rows, call.input), call.scratch) }
}

/// Floats of the inputs of an image that stays whole where nothing is fetched.
@inline(__always) private var wholeImageFloats: Int { 200_000 }

/// Output rows of a band: so few that the second-level cache holds them, what is fetched for the
/// next band and the vectors' rings; or all, where nothing is fetched and the image fits.
@inline(__always)
private func forwardBandRows(_ geometry: DepthwiseGeometry, fetchesAhead: Bool) -> Int {
  let inputFloats = geometry.channels * geometry.width * geometry.stride
  if !fetchesAhead && inputFloats * geometry.outputHeight <= wholeImageFloats {
    return geometry.outputHeight
  }
  let rowFloats = inputFloats + geometry.channels * geometry.outputWidth
  return max(forwardBandFloats / rowFloats / 4, 1) * 4
}

/// The same output rows of some images, of one vector of channels. Returns the floats of scratch
/// memory that its ring takes.
///
/// - Parameter keepsBorders: the ring has its zeros left and right of the rows already.
@inline(never)
private func forwardBand(
  _ call: DepthwiseForward, _ geometry: DepthwiseGeometry, _ part: DepthwisePart,
  _ vector: DepthwiseLayout.Vector, _ scratch: Output, _ keepsBorders: Bool,
  _ ahead: UnsafeMutablePointer<FetchAhead>
) -> Int {
  let plan = ForwardPlan(geometry, vector)
  var correlation = RowCorrelation(
    pixelStep: geometry.stride, tapStep: vector.dilation * width, taps: vector.taps,
    weightStep: width, resultStep: geometry.channels, lanes: vector.lanes, scratch: scratch,
    ahead: ahead)
  correlation.bias = call.bias.map { $0 + vector.channel }
  correlation.setClamp(call.activation)
  let ring = PaddedRows(
    slots: scratch, slotCount: plan.slots, pitch: plan.pitch * width, firstRow: 0,
    firstColumn: plan.columns.firstSource, columns: plan.pixels)
  if !keepsBorders { ring.clearBorders(geometry.width) }
  correlation.aim(plan.columns, in: ring)
  for image in part.images {
    forwardBand(call, geometry, image, part, vector, plan, ring, correlation)
  }
  return plan.floats
}

/// A band of one image.
@inline(__always)
private func forwardBand(
  _ call: DepthwiseForward, _ geometry: DepthwiseGeometry, _ image: Int, _ part: DepthwisePart,
  _ vector: DepthwiseLayout.Vector, _ plan: ForwardPlan, _ ring: PaddedRows,
  _ correlation: RowCorrelation
) {
  var ring = ring
  var correlation = correlation
  let band = part.band
  let channels = geometry.channels
  let imageFloats = geometry.height * geometry.width * channels
  let offset = image * imageFloats + vector.channel
  let inputs = ImageRows(
    pixels: call.input + offset, height: geometry.height, width: geometry.width,
    channels: channels, lanes: vector.lanes, floats: call.images * imageFloats - offset)
  let rowStep = geometry.outputWidth * channels
  let result = call.output + image * geometry.outputHeight * rowStep + vector.channel
  let step = plan.rows.pairedResults
  let upper = step > 1 ? plan.rows.sharedDistance : 1
  /// Behind the last input row that output rows read.
  @inline(__always)
  func end(_ outputs: Int) -> Int {
    let last =
      plan.rows.firstSource + (outputs - 1) * geometry.stride
      + (vector.taps - 1) * vector.dilation
    return min(last + 1, geometry.height)
  }
  var filled = part.continues ? end(band.lowerBound) : 0
  var y = band.lowerBound
  while y < band.upperBound {
    let next = min(y + step, band.upperBound)
    let first = max(plan.rows.firstSource + y * geometry.stride, 0)
    while first - ring.firstRow >= plan.slots { ring.firstRow += plan.slots }
    filled = max(filled, first)
    while filled < end(next) {
      ring.fill(filled, from: inputs, vector.channel, call.transform)
      filled += 1
    }
    for p in y..<min(y + upper, next) {
      correlation.run(
        plan.rows, p, hasPartner: step > 1 && p + upper < next, in: ring,
        height: geometry.height, weights: call.weights + vector.weights,
        rowFloats: vector.taps * width, result: result, rowStep: rowStep)
    }
    if call.activation.needsExtraPass || call.rowSums != nil {
      for p in y..<next {
        finishRow(
          geometry.outputWidth, call.activation, result + p * rowStep, channels, vector.lanes,
          sums: call.rowSums.map {
            $0 + (image * geometry.outputHeight + p) * channels + vector.channel
          })
      }
    }
    y = next
  }
}

extension RowCorrelation {
  /// Activations that are clamps cost a tile nothing.
  @inline(__always)
  fileprivate mutating func setClamp(_ activation: KernelActivation) {
    guard let range = activation.clampedRange else { return }
    (clamps, lower, upper) = (true, range.lower, range.upper)
  }
}
