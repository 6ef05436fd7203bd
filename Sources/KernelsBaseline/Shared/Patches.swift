import KernelInterface

let patchKernels = PatchKernels(gather: gatherPatches, scatter: scatterPatches)

/// The taps of one kernel row under one output pixel that lie in the image; the others, of a row
/// above or below the image all of them, see zeros.
private struct TapRun {
  /// Floats of the kernel row in front of the run and in it.
  var before: Int
  var count: Int
  /// Of the run's first tap in the image.
  var place: Int
  /// Floats from one tap to the next, in the image and in the patch.
  var stride: Int
  var tapFloats: Int
}

/// Calls `body` for each kernel row of some output pixels of an output row, with its float offset
/// behind the first pixel's patch.
@inline(__always)
private func forEachTapRow(
  _ geometry: WindowGeometry, _ row: Int, _ columns: Range<Int>, _ channels: Range<Int>,
  _ body: (_ patch: Int, _ run: TapRun) -> Void
) {
  let tapFloats = channels.upperBound - channels.lowerBound
  let rowFloats = geometry.kernelWidth * tapFloats
  let stride = geometry.dilationWidth * geometry.channels
  let rowStride = geometry.dilationHeight * geometry.width * geometry.channels
  var patch = 0
  for x in columns {
    let window = ClippedWindow(geometry, row: row, x: x)
    let first = window.columns.lowerBound
    let inside = window.columns.upperBound - first
    var place = window.place(geometry, 0, first) + channels.lowerBound
    for i in 0..<geometry.kernelHeight {
      let isInside = window.rows.lowerBound <= i && i < window.rows.upperBound
      body(
        patch,
        TapRun(
          before: first * tapFloats, count: isInside ? inside * tapFloats : 0, place: place,
          stride: stride, tapFloats: tapFloats))
      patch += rowFloats
      place += rowStride
    }
  }
}

@Sendable
private func gatherPatches(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ x: Input,
  _ patches: Output
) {
  let tapFloats = channels.upperBound - channels.lowerBound
  let patchFloats = geometry.kernelHeight * geometry.kernelWidth * tapFloats
  let rowPatches = geometry.outputWidth * patchFloats
  let end = patches + (rows.upperBound - rows.lowerBound) * rowPatches
  let isContiguous = geometry.dilationWidth == 1 && tapFloats == geometry.channels
  var patch = patches
  for row in rows {
    let inner = isContiguous ? innerColumns(geometry) : 0..<0
    gatherClipped(geometry, row, 0..<inner.lowerBound, channels, x, patch)
    gatherInner(geometry, row, inner, x, patch + inner.lowerBound * patchFloats, end)
    gatherClipped(
      geometry, row, inner.upperBound..<geometry.outputWidth, channels, x,
      patch + inner.upperBound * patchFloats)
    patch += rowPatches
  }
}

/// Output columns whose windows lie between the left and the right border of the image.
@inline(__always)
private func innerColumns(_ geometry: WindowGeometry) -> Range<Int> {
  let stride = geometry.strideWidth
  let first = min(quotient(geometry.padLeft + stride - 1, stride), geometry.outputWidth)
  let room = geometry.width - geometry.kernelWidth + geometry.padLeft
  let end = room < 0 ? 0 : quotient(room, stride) + 1
  return first..<max(min(end, geometry.outputWidth), first)
}

/// Patches of pixels whose kernel rows are each one run of floats. Whole vectors are copied: what
/// they hold beyond a run is overwritten by the run behind it.
///
/// - Parameter end: of all patches of the call.
@inline(never)
private func gatherInner(
  _ geometry: WindowGeometry, _ row: Int, _ columns: Range<Int>, _ x: Input, _ patches: Output,
  _ end: Output
) {
  guard columns.lowerBound < columns.upperBound else { return }
  let window = ClippedWindow(geometry, row: row, x: columns.lowerBound)
  let rowFloats = geometry.kernelWidth * geometry.channels
  let rowStride = geometry.dilationHeight * geometry.width * geometry.channels
  let reach = (rowFloats + width - 1) / width * width
  let imageFloats = geometry.height * geometry.width * geometry.channels
  let lastSource = x + (quotient(row, geometry.outputHeight) + 1) * imageFloats - reach
  let lastDestination = end - reach
  var first = x + window.place(geometry, 0, 0)
  var destination = patches
  for _ in columns {
    var source = first
    for i in 0..<geometry.kernelHeight {
      let isInside = window.rows.lowerBound <= i && i < window.rows.upperBound
      if !isInside {
        clear(rowFloats, destination)
      } else if source <= lastSource && destination <= lastDestination {
        var offset = 0
        while offset < rowFloats {
          store(load(source + offset), destination + offset)
          offset += width
        }
      } else {
        copyRow(rowFloats, from: source, to: destination)
      }
      source += rowStride
      destination += rowFloats
    }
    first += geometry.strideWidth * geometry.channels
  }
}

/// Patches of some output pixels of an output row.
@inline(never)
private func gatherClipped(
  _ geometry: WindowGeometry, _ row: Int, _ columns: Range<Int>, _ channels: Range<Int>,
  _ x: Input, _ patches: Output
) {
  let rowFloats = geometry.kernelWidth * (channels.upperBound - channels.lowerBound)
  forEachTapRow(geometry, row, columns, channels) { patch, run in
    if run.count < rowFloats { clear(rowFloats, patches + patch) }
    let destination = patches + patch + run.before
    if run.stride == run.tapFloats {
      copyRow(run.count, from: x + run.place, to: destination)
    } else {
      var copied = 0
      var source = x + run.place
      while copied < run.count {
        copyRow(run.tapFloats, from: source, to: destination + copied)
        copied += run.tapFloats
        source += run.stride
      }
    }
  }
}

@Sendable
private func scatterPatches(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ patches: Input,
  _ dx: Output
) {
  let tapFloats = channels.upperBound - channels.lowerBound
  let rowPatches =
    geometry.outputWidth * geometry.kernelHeight * geometry.kernelWidth * tapFloats
  var patches = patches
  for row in rows {
    forEachTapRow(geometry, row, 0..<geometry.outputWidth, channels) { patch, run in
      let source = patches + patch + run.before
      if run.stride == run.tapFloats {
        add(run.count, source, to: dx + run.place)
      } else {
        var added = 0
        var destination = dx + run.place
        while added < run.count {
          add(run.tapFloats, source + added, to: destination)
          added += run.tapFloats
          destination += run.stride
        }
      }
    }
    patches += rowPatches
  }
}

@inline(__always)
private func add(_ count: Int, _ source: Input, to destination: Output) {
  var offset = 0
  while offset + width <= count {
    store(load(destination + offset) + load(source + offset), destination + offset)
    offset += width
  }
  while offset + 2 <= count {
    addPiece(source + offset, to: destination + offset, SIMD2<Float>.self)
    offset += 2
  }
  if offset < count { destination[offset] += source[offset] }
}

@inline(__always)
private func addPiece<Piece: SIMD>(_ source: Input, to destination: Output, _: Piece.Type)
where Piece.Scalar == Float {
  let sum =
    UnsafeRawPointer(destination).loadUnaligned(as: Piece.self)
    + UnsafeRawPointer(source).loadUnaligned(as: Piece.self)
  UnsafeMutableRawPointer(destination).storeBytes(of: sum, as: Piece.self)
}
