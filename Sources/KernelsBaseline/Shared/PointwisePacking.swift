import KernelInterface

// Weights are packed in panels of output channels, as wide as `PanelShape` says; each panel is
// [steps, vectors], padded with zeros. With vectors of 16 and 72 output channels:
//
//     columns      0 ... 47        48 ... 71
//     packed     [ k × 48 floats ][ k/2 × 48 floats: columns twice, for even and odd k ]

@Sendable
func pointwisePackedCount(_ inputChannels: Int, _ outputChannels: Int) -> Int {
  var count = 0
  var column = 0
  while column < outputChannels {
    let panel = PanelShape(columns: outputChannels - column, depth: inputChannels)
    count += inputChannels * panel.columns
    column += panel.columns
  }
  return count
}

@Sendable
func packPointwise(_ matrix: WeightMatrix, _ packed: Output) {
  var packing = PanelPacking(
    matrix: matrix, firstColumn: 0,
    panel: PanelShape(columns: matrix.outputChannels, depth: matrix.inputChannels), packed: packed)
  while packing.firstColumn < matrix.outputChannels {
    packing.panel = PanelShape(
      columns: matrix.outputChannels - packing.firstColumn, depth: matrix.inputChannels)
    packing.run()
    packing.packed += matrix.inputChannels * packing.panel.columns
    packing.firstColumn += packing.panel.columns
  }
}

/// One panel's weights on their way to it.
private struct PanelPacking {
  var matrix: WeightMatrix
  var firstColumn: Int
  var panel: PanelShape
  var packed: Output

  /// Steps of a panel, about as many as the first-level cache holds.
  @inline(__always) private var blockSteps: Int { 256 }

  @inline(__always)
  func run() {
    let columns = min(panel.columns, matrix.outputChannels - firstColumn)
    if matrix.outputStride == 1 && panel.ways == 1 && columns == panel.columns {
      copyRows(columns)
      return
    }
    var first = 0
    while first < matrix.inputChannels {
      let end = min(first + blockSteps, matrix.inputChannels)
      pack(first..<end, columns)
      first = end
    }
  }

  @inline(__always)
  private func copyRows(_ columns: Int) {
    var source = source(0, 0)
    var row = packed
    for _ in 0..<matrix.inputChannels {
      copyRow(columns, from: source, to: row)
      source += matrix.inputStride
      row += columns
    }
  }

  /// Steps of columns of which `columns` exist, four by four where the steps of a column follow
  /// each other in memory.
  @inline(__always)
  private func pack(_ steps: Range<Int>, _ columns: Int) {
    guard matrix.inputStride == 1 && panel.ways == 1 else {
      packElements(steps, 0..<panel.columns, columns)
      return
    }
    let rest = (steps.upperBound - steps.lowerBound) & 3
    var column = 0
    while column + 4 <= columns {
      var source = source(steps.lowerBound, column)
      var row = place(steps.lowerBound, column)
      let end = source + (steps.upperBound - steps.lowerBound - rest)
      while source < end {
        transposeFour(source, matrix.outputStride, row, panel.floats)
        source += 4
        row += 4 * panel.floats
      }
      packElements(steps.upperBound - rest..<steps.upperBound, column..<column + 4, columns)
      column += 4
    }
    packElements(steps, column..<panel.columns, columns)
  }

  /// - Parameter columns: that exist; behind them are zeros.
  @inline(__always)
  private func packElements(_ steps: Range<Int>, _ range: Range<Int>, _ columns: Int) {
    for step in steps {
      for column in range {
        place(step, column).pointee = column < columns ? source(step, column).pointee : 0
      }
    }
  }

  @inline(__always)
  private func source(_ step: Int, _ column: Int) -> Input {
    matrix.values + step * matrix.inputStride + (firstColumn + column) * matrix.outputStride
  }

  @inline(__always)
  private func place(_ step: Int, _ column: Int) -> Output {
    packed + step / panel.ways * panel.floats + column * panel.ways + step % panel.ways
  }
}

/// Writes four rows of four floats as columns; steps are floats from a row to the next.
@inline(__always)
private func transposeFour(
  _ source: Input, _ sourceStep: Int, _ destination: Output, _ destinationStep: Int
) {
  @inline(__always)
  func row(_ index: Int) -> SIMD4<Float> {
    UnsafeRawPointer(source + index * sourceStep).loadUnaligned(as: SIMD4<Float>.self)
  }
  let (a, b, c, d) = (row(0), row(1), row(2), row(3))
  @inline(__always)
  func write(_ index: Int, _ column: SIMD4<Float>) {
    UnsafeMutableRawPointer(destination + index * destinationStep).storeBytes(
      of: column, as: SIMD4<Float>.self)
  }
  write(0, SIMD4(a.x, b.x, c.x, d.x))
  write(1, SIMD4(a.y, b.y, c.y, d.y))
  write(2, SIMD4(a.z, b.z, c.z, d.z))
  write(3, SIMD4(a.w, b.w, c.w, d.w))
}
