import KernelInterface

// Two rows of results go together where one lies so far below the other that its taps fall on
// the same source rows: every source then feeds two multiply-adds.

extension AxisPhase {
  /// From a result to the nearest whose taps fall on the same sources.
  @inline(__always)
  var sharedDistance: Int { quotient(tapStep, greatestCommonDivisor(sourceStep, tapStep)) }

  /// Taps that such a pair is shifted by.
  @inline(__always)
  var sharedShift: Int { quotient(sourceStep, greatestCommonDivisor(sourceStep, tapStep)) }

  /// How many results to go through at once so that all have their partners among them: the
  /// first `sharedDistance` are the upper ones.
  @inline(__always)
  var pairedResults: Int { sharedShift < taps ? 2 * sharedDistance : 1 }
}

extension RowCorrelation {
  /// Aims at all results of `columns`.
  @inline(__always)
  mutating func aim(_ columns: AxisPhase, in sources: PaddedRows) {
    let place = columns.firstSource - sources.firstColumn
    source = Input(sources.slots) + place * width
    ringFloats = sources.slotCount * sources.pitch
    ringEnd = source + ringFloats
    results = columns.results
    tile = tileWidth(results)
  }

  /// Sums the result rows p of `rows` and, if there is one, the partner below, in columns that
  /// the call has been aimed at.
  ///
  /// - Parameters:
  ///   - weights: of the first tap of tap row 0, `rowFloats` from tap row to tap row.
  ///   - result: where results of row p = 0 go; `rowStep` floats from p to p.
  ///   - factors: of the results of a row p, if there are any.
  @inline(__always)
  mutating func run(
    _ rows: AxisPhase, _ p: Int, hasPartner: Bool, in sources: PaddedRows, height: Int,
    weights: Input, rowFloats: Int, result: Output, rowStep: Int,
    factors: (_ p: Int) -> Input? = { _ in nil }
  ) {
    let taps = rows.taps
    let shift = rows.sharedShift
    let firstRow = rows.firstSource + p * rows.sourceStep
    let inside = tapsInside(
      firstRow, step: rows.tapStep, taps: hasPartner ? taps + shift : taps, size: height)
    let first = inside.lowerBound
    let end = inside.upperBound
    let firstShared = hasPartner ? min(max(first, shift), end) : end
    let endShared = hasPartner ? max(min(end, taps), firstShared) : end
    upperRows = min(firstShared, taps) - min(first, taps)
    sharedRows = endShared - firstShared
    lowerRows = end - endShared
    let columnPlace = source
    if first < end {
      source += sources.slot(firstRow + first * rows.tapStep) - sources.slots
    }
    sourceRowStep = rows.tapStep * sources.pitch
    weightRowStep = rows.weightStep * rowFloats
    upperWeights = weights + (rows.firstWeight * rowFloats + first * weightRowStep)
    lowerWeights =
      weights + (rows.firstWeight * rowFloats + (firstShared - shift) * weightRowStep)
    upperResult = result + p * rowStep
    lowerResult = hasPartner ? upperResult + rows.sharedDistance * rowStep : nil
    upperFactors = factors(p)
    lowerFactors = hasPartner ? factors(p + rows.sharedDistance) : nil
    correlate(self)
    source = columnPlace
  }
}

/// Tiles of a row are as equal as can be.
@inline(__always)
func tileWidth(_ count: Int) -> Int {
  let tiles = (count + pixelTileWidth - 1) / pixelTileWidth
  return tiles == 1 ? count : (count + tiles - 1) / tiles
}
