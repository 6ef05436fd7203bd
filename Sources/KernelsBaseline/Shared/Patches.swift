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

/// Calls `body` for each kernel row of each output pixel in `rows`, with its float offset in the
/// patches.
@inline(__always)
private func forEachTapRow(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>,
  _ body: (_ patch: Int, _ run: TapRun) -> Void
) {
  let tapFloats = channels.upperBound - channels.lowerBound
  let rowFloats = geometry.kernelWidth * tapFloats
  let stride = geometry.dilationWidth * geometry.channels
  let rowStride = geometry.dilationHeight * geometry.width * geometry.channels
  var patch = 0
  for row in rows {
    for x in 0..<geometry.outputWidth {
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
}

@Sendable
private func gatherPatches(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ x: Input,
  _ patches: Output
) {
  let rowFloats = geometry.kernelWidth * (channels.upperBound - channels.lowerBound)
  forEachTapRow(geometry, rows, channels) { patch, run in
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

@inline(__always)
private func clear(_ count: Int, _ destination: Output) {
  @inline(__always)
  func step(_ offset: Int, _ lanes: Int) { store(.zero, destination + offset, lanes: lanes) }
  forEachVector(count, step)
}

@Sendable
private func scatterPatches(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ patches: Input,
  _ dx: Output
) {
  forEachTapRow(geometry, rows, channels) { patch, run in
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
