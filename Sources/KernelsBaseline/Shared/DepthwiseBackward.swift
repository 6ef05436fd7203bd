import KernelInterface

/// How one vector of channels of a band is gone through backward: the input rows that stand for
/// its output rows, and the output gradients that these inputs draw on, are copied to padded rows,
/// and the slopes of the activation in front of the inputs to rows of the inputs' shape.
private struct BackwardPlan {
  /// Output gradients that a band's inputs draw on reach this many rows further than the band.
  var halo: Int
  var inputSlots: Int
  var inputColumns: Int
  var inputPitch: Int
  var gradientSlots: Int
  var gradientLeft: Int
  var gradientColumns: Int
  var gradientPitch: Int
  /// Pixels of a row of zeros.
  var zeros: Int

  @inline(__always)
  init(_ geometry: DepthwiseGeometry, _ vector: DepthwiseLayout.Vector, bandRows: Int) {
    let stride = geometry.stride
    let reach = (vector.taps - 1) * vector.dilation
    zeros = geometry.outputWidth
    // Of inputs that no tap falls on, too, the slope is asked for.
    inputColumns = max(
      (geometry.outputWidth - 1) * stride + reach + 1, vector.padLeft + geometry.width)
    inputPitch = inputColumns | 1
    gradientLeft = quotient(max(reach - vector.padLeft, 0) + stride - 1, stride)
    let right = quotient(geometry.width - 1 + vector.padLeft, stride) + 1
    gradientColumns = gradientLeft + max(right, geometry.outputWidth)
    gradientPitch = gradientColumns | 1
    halo = max(
      quotient(vector.padTop + stride - 1, stride), quotient(max(reach - vector.padTop, 0), stride))
    let rowsBehind = max(geometry.height - geometry.outputHeight * stride, 0)
    inputSlots = min(bandRows * stride + rowsBehind, geometry.height)
    gradientSlots = min(bandRows + 2 * halo, geometry.outputHeight)
  }

  var floats: Int {
    @inline(__always) get {
      (zeros + 2 * inputSlots * inputPitch + gradientSlots * gradientPitch) * width
    }
  }

  /// Floats from an input to its slope, which lie behind the gradients.
  var slopes: Int {
    @inline(__always) get { (inputSlots * inputPitch + gradientSlots * gradientPitch) * width }
  }
}

/// Floats of a band: of its inputs, their gradient and the output's gradient.
@inline(__always) private var bandFloats: Int { 175_000 }
/// Floats of the images that stay whole, where the next band is fetched meanwhile and where not.
@inline(__always) private func wholeImageFloats(fetchesAhead: Bool) -> Int {
  fetchesAhead ? 250_000 : 1_000_000
}

/// Output rows of all vectors of channels that are gone through before the next rows are begun.
///
/// A vector's channels are one cache line of many pixels each, and where an image is far larger
/// than the second-level cache, what is fetched around them is gone before the next vector asks
/// for it. The output's gradient is copied around a band, too, so that smaller images stay whole,
/// unless the next band is fetched meanwhile.
@inline(__always)
private func backwardBandRows(_ geometry: DepthwiseGeometry, fetchesAhead: Bool) -> Int {
  let rowFloats = geometry.channels * (2 * geometry.stride * geometry.width + geometry.outputWidth)
  if rowFloats * geometry.outputHeight <= wholeImageFloats(fetchesAhead: fetchesAhead) {
    return geometry.outputHeight
  }
  return max(bandFloats / rowFloats / 2, 2) * 2
}

@inline(never)
func backwardScratchCount(_ geometry: DepthwiseGeometry, _ vector: DepthwiseLayout.Vector) -> Int {
  let bandRows = backwardBandRows(geometry, fetchesAhead: false)
  return BackwardPlan(geometry, vector, bandRows: bandRows).floats
}

@Sendable
func depthwiseBackward(_ call: DepthwiseBackward) {
  let geometry = call.layout.geometry
  let fetchesBands = geometry.fetchesAhead(images: call.images)
  let bandRows = backwardBandRows(geometry, fetchesAhead: fetchesBands)
  let count = call.layout.vectorCount
  let end = call.rows.upperBound
  call.layout.withVectors { vectors in
    var taps = 0
    for index in 0..<count { taps += vectors[index].taps * vectors[index].taps }
    var part = geometry.part(call.rows.lowerBound, of: call.rows, bandRows: bandRows)
    // Memory is fetched ahead while the gradients are summed: the input's, if it is wanted, and the
    // weights'.
    let sums = call.inputGradient == nil ? 1 : 2
    if !call.isFetched { approach(call, part.rows) }
    while !part.rows.isEmpty {
      let next = geometry.part(part.rows.upperBound, of: call.rows, bandRows: bandRows)
      let isLast = next.rows.isEmpty
      let fetchesAhead = isLast ? call.nextRows > 0 : fetchesBands
      var ahead = FetchAhead(idle: call.scratch)
      if fetchesAhead {
        ahead = FetchAhead(
          isLast ? call.gradientStretches(end..<end + call.nextRows) : call.stretches(next.rows),
          multiplyAdds: sums * part.rows.count * geometry.outputWidth * taps, idle: call.scratch)
      }
      withUnsafeMutablePointer(to: &ahead) { ahead in
        for index in 0..<count {
          let keepsBorders = index > 0 && vectors[index].hasWindow(of: vectors[index - 1])
          backwardBand(call, geometry, part, bandRows, vectors[index], keepsBorders, ahead)
        }
      }
      if !fetchesAhead { approach(call, next.rows) }
      part = next
    }
  }
}

extension DepthwiseBackward {
  /// What some output rows read and write: the output's gradient and what corrects it, and the
  /// input and its gradient unless they can have been left in the cache.
  fileprivate func stretches(_ rows: Range<Int>) -> FetchAhead.Stretches {
    let geometry = layout.geometry
    var stretches = gradientStretches(rows)
    if geometry.isFar(images: images) {
      stretches.2 = geometry.inputs(rows, input)
      if let inputGradient { stretches.3 = geometry.inputs(rows, inputGradient) }
    }
    return stretches
  }

  /// The output's gradient and what corrects it.
  fileprivate func gradientStretches(_ rows: Range<Int>) -> FetchAhead.Stretches {
    let geometry = layout.geometry
    let none = FetchAhead.Stretch(input, floats: 0)
    return (
      geometry.outputs(rows, outputGradient),
      correction.map { geometry.outputs(rows, $0.values) } ?? none, none, none
    )
  }
}

@inline(never)
private func approach(_ call: DepthwiseBackward, _ rows: Range<Int>) {
  let stretches = call.stretches(rows)
  approach(stretches.0, call.scratch)
  approach(stretches.1, call.scratch)
  approach(stretches.2, call.scratch)
  approach(stretches.3, call.scratch)
}

/// A band of some images' share of one vector of channels' gradients.
///
/// - Parameter keepsBorders: the vector before, of the same window, has left the zeros around the
///   rows.
@inline(never)
private func backwardBand(
  _ call: DepthwiseBackward, _ geometry: DepthwiseGeometry, _ part: DepthwisePart,
  _ bandRows: Int, _ vector: DepthwiseLayout.Vector, _ keepsBorders: Bool,
  _ ahead: UnsafeMutablePointer<FetchAhead>
) {
  let plan = BackwardPlan(geometry, vector, bandRows: bandRows)
  let inputs = PaddedRows(
    slots: call.scratch + plan.zeros * width, slotCount: plan.inputSlots,
    pitch: plan.inputPitch * width, firstRow: 0, firstColumn: -vector.padLeft,
    columns: plan.inputColumns)
  let gradients = PaddedRows(
    slots: inputs.slots + plan.inputSlots * plan.inputPitch * width,
    slotCount: plan.gradientSlots, pitch: plan.gradientPitch * width, firstRow: 0,
    firstColumn: -plan.gradientLeft, columns: plan.gradientColumns)
  if !keepsBorders {
    for x in 0..<plan.zeros { store(.zero, call.scratch + x * width) }
    inputs.clearBorders(geometry.width)
    gradients.clearBorders(geometry.outputWidth)
  }
  for image in part.images {
    backwardBand(call, geometry, image, part.band, vector, plan, inputs, gradients, ahead)
  }
}

@inline(__always)
private func backwardBand(
  _ call: DepthwiseBackward, _ geometry: DepthwiseGeometry, _ image: Int, _ band: Range<Int>,
  _ vector: DepthwiseLayout.Vector, _ plan: BackwardPlan, _ inputs: PaddedRows,
  _ gradients: PaddedRows, _ ahead: UnsafeMutablePointer<FetchAhead>
) {
  var inputs = inputs
  var gradients = gradients
  let channels = geometry.channels
  let inputFloats = geometry.height * geometry.width * channels
  let inputOffset = image * inputFloats + vector.channel
  let inputRows = ImageRows(
    pixels: call.input + inputOffset, height: geometry.height, width: geometry.width,
    channels: channels, lanes: vector.lanes, floats: call.images * inputFloats - inputOffset)
  let outputFloats = geometry.outputHeight * geometry.outputWidth * channels
  let outputOffset = image * outputFloats + vector.channel
  let gradientRows = ImageRows(
    pixels: call.outputGradient + outputOffset, height: geometry.outputHeight,
    width: geometry.outputWidth, channels: channels, lanes: vector.lanes,
    floats: call.images * outputFloats - outputOffset)
  // Of this image and vector of channels.
  let correction = call.correction.map {
    GradientCorrection(
      values: $0.values + outputOffset, gradientScale: $0.gradientScale + vector.channel,
      valueScale: $0.valueScale + vector.channel, shift: $0.shift + vector.channel)
  }

  let own = geometry.inputRow(band.lowerBound)..<geometry.inputRow(band.upperBound)
  inputs.firstRow = own.lowerBound
  let slopes = call.passesActivation && call.transform != nil ? plan.slopes : nil
  for row in own {
    inputs.fill(row, from: inputRows, vector.channel, call.transform, slopes: slopes)
  }
  gradients.firstRow = max(band.lowerBound - plan.halo, 0)
  let endGradient = min(band.upperBound + plan.halo, geometry.outputHeight)
  for row in gradients.firstRow..<endGradient {
    gradients.fill(row, from: gradientRows, correction)
  }
  if let inputGradient = call.inputGradient {
    propagate(
      call, geometry, vector, band, gradients, slopes.map { inputs.moved(by: $0) },
      inputGradient + inputOffset, ahead)
  }
  addWeightGradient(call, geometry, vector, own, inputs, gradients, ahead)
}

/// The input's gradient, of the rows that a band of outputs stands for: a correlation of the
/// output's gradient with the taps in reverse, for each phase of the stride.
@inline(never)
private func propagate(
  _ call: DepthwiseBackward, _ geometry: DepthwiseGeometry, _ vector: DepthwiseLayout.Vector,
  _ band: Range<Int>, _ gradients: PaddedRows, _ slopes: PaddedRows?, _ image: Output,
  _ ahead: UnsafeMutablePointer<FetchAhead>
) {
  let channels = geometry.channels
  let stride = geometry.stride
  for columnPhase in 0..<stride {
    let columns = AxisPhase.inputGradient(
      phase: columnPhase, stride: stride, dilation: vector.dilation, pad: vector.padLeft,
      taps: vector.taps, inputs: geometry.width)
    var correlation = RowCorrelation(
      pixelStep: 1, tapStep: columns.tapStep * width, taps: columns.taps,
      weightStep: columns.weightStep * width, resultStep: stride * channels,
      lanes: vector.lanes, scratch: call.scratch, ahead: ahead)
    // Images narrower than the stride have phases without a column.
    if columns.results == 0 { continue }
    correlation.factorStep = stride * width
    correlation.aim(columns, in: gradients)
    for rowPhase in 0..<stride {
      let rows = AxisPhase.inputGradient(
        phase: rowPhase, stride: stride, dilation: vector.dilation, pad: vector.padTop,
        taps: vector.taps, inputs: geometry.height)
      let end =
        band.upperBound == geometry.outputHeight
        ? rows.results : min(band.upperBound, rows.results)
      let step = rows.pairedResults
      let distance = step > 1 ? rows.sharedDistance : 1
      let place = rowPhase * geometry.width + columnPhase
      @inline(__always)
      func factors(_ p: Int) -> Input? {
        slopes.map {
          Input($0.slot(rowPhase + p * stride)) + (columnPhase - $0.firstColumn) * width
        }
      }
      var first = band.lowerBound
      while first < end {
        for p in first..<min(first + distance, end) {
          correlation.run(
            rows, p, hasPartner: step > 1 && p + distance < min(first + step, end),
            in: gradients, height: geometry.outputHeight,
            weights: call.weights + vector.weights + columns.firstWeight * width,
            rowFloats: vector.taps * width, result: image + place * channels,
            rowStep: stride * geometry.width * channels, factors: factors)
        }
        first += step
      }
    }
  }
}

/// Adds the products of some rows of inputs with all output gradients that they met. Tap rows go
/// together that read the same input rows, in tiles that are as equal as can be.
@inline(never)
private func addWeightGradient(
  _ call: DepthwiseBackward, _ geometry: DepthwiseGeometry, _ vector: DepthwiseLayout.Vector,
  _ own: Range<Int>, _ inputs: PaddedRows, _ gradients: PaddedRows,
  _ ahead: UnsafeMutablePointer<FetchAhead>
) {
  let taps = vector.taps
  let rows = AxisPhase.forward(
    stride: geometry.stride, dilation: vector.dilation, pad: vector.padTop, taps: taps,
    outputs: geometry.outputHeight)
  let shift = rows.sharedShift
  let lag = rows.sharedDistance
  let gradient =
    Input(gradients.slots) - gradients.firstRow * gradients.pitch - gradients.firstColumn * width
  for residue in 0..<min(shift, taps) {
    var tapRow = residue
    while tapRow < taps {
      let (tapRows, tiles) = tapRowsTogether(
        of: quotient(taps - 1 - tapRow, shift) + 1, taps: taps)
      // With the first tap row, output y met the input row `first + y * stride`.
      let first = rows.firstSource + tapRow * vector.dilation
      let outputs = tapsInside(
        first - own.lowerBound, step: geometry.stride,
        taps: geometry.outputHeight + (tapRows - 1) * lag,
        size: own.upperBound - own.lowerBound)
      if outputs.lowerBound < outputs.upperBound {
        for tile in 0..<tiles {
          let column = quotient(tile * taps, tiles)
          let count = quotient((tile + 1) * taps, tiles) - column
          correlateTapRows(
            TapRowsCorrelation(
              rows: outputs.upperBound - outputs.lowerBound, columns: geometry.outputWidth,
              input: Input(inputs.slot(first + outputs.lowerBound * geometry.stride))
                + column * vector.dilation * width,
              inputRowStep: geometry.stride * inputs.pitch,
              inputStep: geometry.stride * width, tapStep: vector.dilation * width,
              gradient: gradient + outputs.lowerBound * gradients.pitch,
              gradientRowStep: gradients.pitch, lag: lag, firstGradientRow: -outputs.lowerBound,
              endGradientRow: geometry.outputHeight - outputs.lowerBound, zeros: call.scratch,
              tapRows: tapRows, taps: count,
              result: call.weightGradient + vector.weights + (tapRow * taps + column) * width,
              resultRowStep: shift * taps * width, ahead: ahead))
        }
      }
      tapRow += tapRows * shift
    }
  }
}
