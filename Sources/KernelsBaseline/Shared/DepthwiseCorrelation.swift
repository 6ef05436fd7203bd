import KernelInterface

// The inner loops of the depthwise kernels. A tile of pixels of one row is summed over all taps
// in registers. Its sources slide through a second tile, a window: one load feeds as many
// products as the tile has pixels, so borders and odd strides cost little.

/// One row of results of one vector of channels, and what it is summed from.
struct RowCorrelation {
  /// Source row of the first tap row, of tap column 0, and its size.
  var source: Input
  var pixelStride: Int
  var rowStride: Int
  var sourceWidth: Int
  /// Floats from `source` to the end of the tensor.
  var sourceFloats: Int
  /// Weights of the first tap row, and the floats to those of the next.
  var weights: Input
  var weightRowStride: Int
  var weightStride: Int
  var tapRows: Int
  var bias: Vector
  var bounds: Bounds
  var result: Output
}

/// Sums the results of one phase of a row, tile by tile.
@inline(never)
func correlate(_ call: RowCorrelation, _ axis: AxisPhase) {
  var p = 0
  while p < axis.results {
    let rest = axis.results - p
    if rest > 4 {
      correlateTile(call, axis, p, PixelTile.self)
      p += PixelTile.count
    } else if rest > 2 {
      correlateTile(call, axis, p, Four<Pixel>.self)
      p += 4
    } else {
      correlateTile(call, axis, p, Two<Pixel>.self)
      p += 2
    }
  }
}

@inline(__always)
private func correlateTile<Tile: PixelGroup>(
  _ call: RowCorrelation, _ axis: AxisPhase, _ p: Int, _: Tile.Type
) {
  let first = axis.firstSource + axis.sourceStep * axis.advance * p
  let last = first + axis.sourceStep * (axis.advance * (Tile.count - 1) + axis.taps - 1)
  let end = (call.tapRows - 1) * call.rowStride + last * call.pixelStride + width
  if first >= 0 && last < call.sourceWidth && end <= call.sourceFloats {
    correlateTile(call, axis, p, Tile.self, InnerColumns.self)
  } else {
    correlateTile(call, axis, p, Tile.self, BorderedColumns.self)
  }
}

/// The usual numbers of taps are literals, so that the loop over them unrolls.
@inline(never)
private func correlateTile<Tile: PixelGroup, Source: SourceColumns>(
  _ call: RowCorrelation, _ axis: AxisPhase, _ p: Int, _: Tile.Type, _: Source.Type
) {
  var tile = Tile(repeating: call.bias)
  switch axis.taps {
  case 3: sumTapRows(&tile, call, axis, p, 3, Source.self)
  case 5: sumTapRows(&tile, call, axis, p, 5, Source.self)
  case 7: sumTapRows(&tile, call, axis, p, 7, Source.self)
  case 9: sumTapRows(&tile, call, axis, p, 9, Source.self)
  case 11: sumTapRows(&tile, call, axis, p, 11, Source.self)
  default: sumTapRows(&tile, call, axis, p, axis.taps, Source.self)
  }
  tile.write(
    call.result + (axis.firstResult + p * axis.resultStep) * call.pixelStride,
    stride: axis.resultStep * call.pixelStride, valid: axis.results - p, call.bounds)
}

@inline(__always)
private func sumTapRows<Tile: PixelGroup, Source: SourceColumns>(
  _ tile: inout Tile, _ call: RowCorrelation, _ axis: AxisPhase, _ p: Int, _ taps: Int,
  _: Source.Type
) {
  let first = axis.firstSource + axis.sourceStep * axis.advance * p
  var row = call.source
  var weights = call.weights
  for _ in 0..<call.tapRows {
    slide(
      &tile, Source(row, call), first, axis,
      InnerColumns(row: weights, stride: call.weightStride), taps)
    row += call.rowStride
    weights += call.weightRowStride
  }
}

/// A row of sources of a correlation.
private protocol SourceColumns: Columns {
  init(_ row: Input, _ call: RowCorrelation)
}

extension InnerColumns: SourceColumns {
  @inline(__always)
  fileprivate init(_ row: Input, _ call: RowCorrelation) {
    self.init(row: row, stride: call.pixelStride)
  }
}

extension BorderedColumns: SourceColumns {
  @inline(__always)
  fileprivate init(_ row: Input, _ call: RowCorrelation) {
    self.init(
      row: row, stride: call.pixelStride, width: call.sourceWidth, lanes: call.bounds.lanes)
  }
}

/// `tile[p] += Σ_m columns[first + sourceStep * (advance * p + m)] * weights[m]`.
@inline(__always)
func slide<Tile: PixelGroup, C: Columns, W: Columns>(
  _ tile: inout Tile, _ columns: C, _ first: Int, _ axis: AxisPhase, _ weights: W, _ taps: Int
) {
  let step = axis.sourceStep
  if axis.advance == 1 {
    // Every tap moves the window on by one pixel.
    guard taps > 0 else { return }
    var window = Tile(columns, first: first, step: step)
    tile.accumulate(window, weights[0])
    var m = 1
    while m < taps {
      _ = window.push(columns[first + step * (Tile.count - 1 + m)])
      tile.accumulate(window, weights[m])
      m += 1
    }
  } else {
    // Taps that are `advance` apart share a window.
    let advance = axis.advance
    var residue = 0
    while residue < min(advance, taps) {
      var window = Tile(columns, first: first + step * residue, step: step * advance)
      var next = first + step * (residue + advance * Tile.count)
      var m = residue
      while true {
        tile.accumulate(window, weights[m])
        m += advance
        if m >= taps { break }
        _ = window.push(columns[next])
        next += step * advance
      }
      residue += 1
    }
  }
}
