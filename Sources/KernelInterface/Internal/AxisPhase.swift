/// How results along one axis of an image draw on sources along the same axis, for results that
/// all see the same taps: with `p` counting those results and `m` their taps,
///
///     source   firstSource + p * sourceStep + m * tapStep
///     weight   firstWeight + m * weightStep
///
/// Forward, an axis is one phase; the input gradient of a strided convolution has as many as
/// the stride. Private to the kernel targets, as is `RowCorrelation`.
package struct AxisPhase {
  package var results: Int
  /// May lie outside of the image, as may the last.
  package var firstSource: Int
  package var sourceStep: Int
  package var tapStep: Int
  /// None, where a stride leaps over results.
  package var taps: Int
  package var firstWeight: Int
  package var weightStep: Int

  package init(
    results: Int, firstSource: Int, sourceStep: Int, tapStep: Int, taps: Int, firstWeight: Int,
    weightStep: Int
  ) {
    self.results = results
    self.firstSource = firstSource
    self.sourceStep = sourceStep
    self.tapStep = tapStep
    self.taps = taps
    self.firstWeight = firstWeight
    self.weightStep = weightStep
  }
}
