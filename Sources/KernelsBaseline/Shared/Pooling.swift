import KernelInterface

let poolingKernels = PoolingKernels(
  maximum: maximum, maximumGradient: maximumGradient, average: average,
  averageGradient: averageGradient)

/// Calls `body` for each output pixel with its float offset and its window.
@inline(__always)
private func forEachWindow(
  _ geometry: WindowGeometry, _ images: Int, _ body: (Int, ClippedWindow) -> Void
) {
  var output = 0
  for row in 0..<images * geometry.outputHeight {
    for x in 0..<geometry.outputWidth {
      body(output, ClippedWindow(geometry, row: row, x: x))
      output += geometry.channels
    }
  }
}

extension WindowGeometry {
  @inline(__always)
  fileprivate func inputFloats(_ images: Int) -> Int { images * height * width * channels }
}

@Sendable
private func maximum(_ geometry: WindowGeometry, _ images: Int, _ x: Input, _ y: Output) {
  forEachWindow(geometry, images) { output, window in
    @inline(__always)
    func step(_ channel: Int, _ lanes: Int) {
      let first = window.place(geometry, window.rows.lowerBound, window.columns.lowerBound)
      var best = load(x + first + channel, lanes: lanes)
      for i in window.rows {
        for j in window.columns {
          let value = load(x + window.place(geometry, i, j) + channel, lanes: lanes)
          best = select(isLarger(value, than: best), value, best)
        }
      }
      store(best, y + output + channel, lanes: lanes)
    }
    forEachVector(geometry.channels, step)
  }
}

/// A NaN counts as the largest; equals don't.
@inline(__always)
private func isLarger(
  _ value: Vector, than best: Vector
) -> SIMDMask<Vector.MaskStorage> {
  // Not (best >= value) is true if either is NaN; the first NaN stays.
  .!(best .>= value) .& (best .== best)
}

@Sendable
private func maximumGradient(
  _ geometry: WindowGeometry, _ images: Int, _ x: Input, _ dy: Input, _ dx: Output
) {
  clear(geometry.inputFloats(images), dx)
  forEachWindow(geometry, images) { output, window in
    @inline(__always)
    func step(_ channel: Int, _ lanes: Int) {
      let first = window.place(geometry, window.rows.lowerBound, window.columns.lowerBound)
      var best = load(x + first + channel, lanes: lanes)
      // The tap of the largest so far, counted as floats to go with the lanes.
      var bestTap = Vector.zero
      var tap: Float = 0
      for i in window.rows {
        for j in window.columns {
          let value = load(x + window.place(geometry, i, j) + channel, lanes: lanes)
          let larger = isLarger(value, than: best)
          best = select(larger, value, best)
          bestTap = select(larger, Vector(repeating: tap), bestTap)
          tap += 1
        }
      }
      let gradient = load(dy + output + channel, lanes: lanes)
      tap = 0
      for i in window.rows {
        for j in window.columns {
          let place = dx + window.place(geometry, i, j) + channel
          let share = select(bestTap .== Vector(repeating: tap), gradient, .zero)
          store(load(place, lanes: lanes) + share, place, lanes: lanes)
          tap += 1
        }
      }
    }
    forEachVector(geometry.channels, step)
  }
}

@Sendable
private func average(_ geometry: WindowGeometry, _ images: Int, _ x: Input, _ y: Output) {
  forEachWindow(geometry, images) { output, window in
    let count = Vector(repeating: Float(window.rows.count * window.columns.count))
    @inline(__always)
    func step(_ channel: Int, _ lanes: Int) {
      var sum = Vector.zero
      for i in window.rows {
        for j in window.columns {
          sum += load(x + window.place(geometry, i, j) + channel, lanes: lanes)
        }
      }
      store(sum / count, y + output + channel, lanes: lanes)
    }
    forEachVector(geometry.channels, step)
  }
}

@Sendable
private func averageGradient(
  _ geometry: WindowGeometry, _ images: Int, _ dy: Input, _ dx: Output
) {
  clear(geometry.inputFloats(images), dx)
  forEachWindow(geometry, images) { output, window in
    let count = Vector(repeating: Float(window.rows.count * window.columns.count))
    @inline(__always)
    func step(_ channel: Int, _ lanes: Int) {
      let share = load(dy + output + channel, lanes: lanes) / count
      for i in window.rows {
        for j in window.columns {
          let place = dx + window.place(geometry, i, j) + channel
          store(load(place, lanes: lanes) + share, place, lanes: lanes)
        }
      }
    }
    forEachVector(geometry.channels, step)
  }
}
