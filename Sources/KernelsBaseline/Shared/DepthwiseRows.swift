import KernelInterface

// Filling padded scratch rows: each element of a tensor is read, and what is still to be done to
// it done, once; the inner loops read it many times.

extension PaddedRows {
  /// Writes zeros left and right of an image this wide.
  @inline(__always)
  func clearBorders(_ imageWidth: Int) {
    let left = min(max(-firstColumn, 0), columns)
    let right = min(max(imageWidth - firstColumn, left), columns)
    guard left > 0 || right < columns else { return }
    for slot in 0..<slotCount {
      let row = slots + slot * pitch
      for x in 0..<left { store(.zero, row + x * width) }
      for x in right..<columns { store(.zero, row + x * width) }
    }
  }

  /// Where an image row lies that is less than two rings below `firstRow`.
  @inline(__always)
  func slot(_ row: Int) -> Output {
    let slot = row - firstRow
    return slots + (slot < slotCount ? slot : slot - slotCount) * pitch
  }

  /// Rows of the same shape elsewhere.
  @inline(__always)
  func moved(by floats: Int) -> PaddedRows {
    var rows = self
    rows.slots += floats
    return rows
  }

  /// Copies an image row, transformed.
  ///
  /// - Parameter slopes: floats from each copy to where the activation's derivative goes; nil for
  ///   nowhere.
  @inline(__always)
  func fill(
    _ row: Int, from rows: ImageRows, _ channel: Int, _ transform: ChannelTransform?,
    slopes: Int? = nil
  ) {
    let first = max(firstColumn, 0)
    let end = max(min(firstColumn + columns, rows.width), first)
    let destination = slot(row) + (first - firstColumn) * width
    let offset = (row * rows.width + first) * rows.channels
    guard let transform else {
      copy(end - first, rows, offset, destination)
      return
    }
    let loop = TransformLoop(
      count: end - first, rows: rows, offset: offset, destination: destination,
      scale: transform.scale + channel, shift: transform.shift + channel)
    if let slopes {
      run(SlopeLoop(transform: loop, slopes: destination + slopes), transform.activation)
    } else {
      run(loop, transform.activation)
    }
  }

  /// Copies a row of an output's gradient, corrected with `values` of the same shape.
  @inline(__always)
  func fill(_ row: Int, from rows: ImageRows, _ correction: GradientCorrection?) {
    let first = max(firstColumn, 0)
    let end = max(min(firstColumn + columns, rows.width), first)
    let destination = slot(row) + (first - firstColumn) * width
    let offset = (row * rows.width + first) * rows.channels
    guard let correction else {
      copy(end - first, rows, offset, destination)
      return
    }
    correct(end - first, rows, correction, offset, destination)
  }
}

/// Pixels of the next `count` from `offset` at whose start a whole vector can be read. With
/// fewer channels than lanes, the other lanes get the next pixel's channels; no result of theirs
/// is ever stored.
@inline(__always)
private func wholeVectors(_ count: Int, _ rows: ImageRows, _ offset: Int) -> Int {
  if rows.lanes == width { return count }
  let reach = rows.floats - offset - (count - 1) * rows.channels
  if reach >= width { return count }
  return rows.channels >= width ? max(count - 1, 0) : 0
}

@inline(never)
private func copy(_ count: Int, _ rows: ImageRows, _ offset: Int, _ destination: Output) {
  var source = rows.pixels + offset
  let whole = wholeVectors(count, rows, offset)
  for x in 0..<whole {
    store(load(source), destination + x * width)
    source += rows.channels
  }
  for x in whole..<count {
    store(load(source, lanes: rows.lanes), destination + x * width)
    source += rows.channels
  }
}

private struct TransformLoop: ActivatedLoop {
  var count: Int
  var rows: ImageRows
  var offset: Int
  var destination: Output
  // Addresses, since vectors would come by way of the stack, whose place in a thread may have one
  // lie across two pages.
  var scale: Input
  var shift: Input

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    let scale = load(scale, lanes: rows.lanes)
    let shift = load(shift, lanes: rows.lanes)
    var source = rows.pixels + offset
    let whole = wholeVectors(count, rows, offset)
    for x in 0..<whole {
      store(A.value(multiplyAdd(load(source), scale, shift)), destination + x * width)
      source += rows.channels
    }
    for x in whole..<count {
      let value = load(source, lanes: rows.lanes)
      store(A.value(multiplyAdd(value, scale, shift)), destination + x * width)
      source += rows.channels
    }
  }
}

/// The same, with the activation's derivative.
private struct SlopeLoop: ActivatedLoop {
  var transform: TransformLoop
  var slopes: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    let rows = transform.rows
    let scale = load(transform.scale, lanes: rows.lanes)
    let shift = load(transform.shift, lanes: rows.lanes)
    var source = rows.pixels + transform.offset
    let whole = wholeVectors(transform.count, rows, transform.offset)
    @inline(__always)
    func step(_ x: Int, _ input: Vector) {
      let result = A.valueAndSlope(multiplyAdd(input, scale, shift))
      store(result.value, transform.destination + x * width)
      store(result.slope, slopes + x * width)
    }
    for x in 0..<whole {
      step(x, load(source))
      source += rows.channels
    }
    for x in whole..<transform.count {
      step(x, load(source, lanes: rows.lanes))
      source += rows.channels
    }
  }
}

@inline(never)
private func correct(
  _ count: Int, _ rows: ImageRows, _ correction: GradientCorrection, _ offset: Int,
  _ destination: Output
) {
  let gradientScale = load(correction.gradientScale, lanes: rows.lanes)
  let valueScale = load(correction.valueScale, lanes: rows.lanes)
  let shift = load(correction.shift, lanes: rows.lanes)
  var source = rows.pixels + offset
  var values = correction.values + offset
  let whole = wholeVectors(count, rows, offset)
  for x in 0..<whole {
    let base = multiplyAdd(load(values), valueScale, shift)
    store(multiplyAdd(load(source), gradientScale, base), destination + x * width)
    source += rows.channels
    values += rows.channels
  }
  for x in whole..<count {
    let base = multiplyAdd(load(values, lanes: rows.lanes), valueScale, shift)
    let gradient = load(source, lanes: rows.lanes)
    store(multiplyAdd(gradient, gradientScale, base), destination + x * width)
    source += rows.channels
    values += rows.channels
  }
}

/// What is left to do to one vector of channels of a row of pixels, in place: activations that are
/// no clamps, and the sum.
///
/// - Parameter sums: where the sum of the row goes; nil for nowhere.
@inline(__always)
func finishRow(
  _ count: Int, _ activation: KernelActivation, _ pixels: Output, _ channels: Int, _ lanes: Int,
  sums: Output?
) {
  if activation.needsExtraPass {
    run(
      RowActivation(count: count, pixels: pixels, channels: channels, lanes: lanes, sums: sums),
      activation)
  } else if let sums {
    sumRow(count, pixels, channels, lanes, sums)
  }
}

private struct RowActivation: ActivatedLoop {
  var count: Int
  var pixels: Output
  var channels: Int
  var lanes: Int
  var sums: Output?

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    var place = pixels
    var sum = Vector.zero
    for _ in 0..<count {
      let value: Vector
      if lanes == width {
        value = A.value(load(place))
        store(value, place)
      } else {
        value = A.value(load(place, lanes: lanes))
        store(value, place, lanes: lanes)
      }
      sum += value
      place += channels
    }
    if let sums { store(sum, sums, lanes: lanes) }
  }
}

@inline(never)
private func sumRow(_ count: Int, _ pixels: Input, _ channels: Int, _ lanes: Int, _ sums: Output) {
  var place = pixels
  var sum = Vector.zero
  for _ in 0..<count {
    sum += lanes == width ? load(place) : load(place, lanes: lanes)
    place += channels
  }
  store(sum, sums, lanes: lanes)
}
