import KernelInterface

let patchKernels = PatchKernels(gather: gatherPatches, scatter: scatterPatches)

/// Calls `body` for each tap of each output pixel in `rows` with the tap's float offset in the
/// patches and in the image, nil in the padding.
@inline(__always)
private func forEachTap(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>,
  _ body: (_ patch: Int, _ place: Int?) -> Void
) {
  var patch = 0
  for row in rows {
    for x in 0..<geometry.outputWidth {
      let window = ClippedWindow(geometry, row: row, x: x)
      for i in 0..<geometry.kernelHeight {
        let isRowInside = window.rows.lowerBound <= i && i < window.rows.upperBound
        for j in 0..<geometry.kernelWidth {
          let isInside =
            isRowInside && window.columns.lowerBound <= j && j < window.columns.upperBound
          body(
            patch, isInside ? window.place(geometry, i, j) + channels.lowerBound : nil)
          patch += channels.upperBound - channels.lowerBound
        }
      }
    }
  }
}

@Sendable
private func gatherPatches(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ x: Input,
  _ patches: Output
) {
  let count = channels.upperBound - channels.lowerBound
  forEachTap(geometry, rows, channels) { patch, place in
    if count < 4 {
      // A stem's three channels, or one: no vector is worth its set-up.
      for channel in 0..<count { patches[patch + channel] = place.map { x[$0 + channel] } ?? 0 }
    } else if let place {
      forEachVector(count) { channel, lanes in
        store(load(x + place + channel, lanes: lanes), patches + patch + channel, lanes: lanes)
      }
    } else {
      forEachVector(count) { store(.zero, patches + patch + $0, lanes: $1) }
    }
  }
}

@Sendable
private func scatterPatches(
  _ geometry: WindowGeometry, _ rows: Range<Int>, _ channels: Range<Int>, _ patches: Input,
  _ dx: Output
) {
  let count = channels.upperBound - channels.lowerBound
  forEachTap(geometry, rows, channels) { patch, place in
    guard let place else { return }
    forEachVector(count) { channel, lanes in
      let sum =
        load(dx + place + channel, lanes: lanes) + load(patches + patch + channel, lanes: lanes)
      store(sum, dx + place + channel, lanes: lanes)
    }
  }
}
