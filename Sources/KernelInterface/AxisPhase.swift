/// How results along one axis of an image draw on sources along the same axis, for results that
/// all see the same taps: with `p` counting those results and `m` their taps,
///
///     result   firstResult + p * resultStep
///     source   firstSource + sourceStep * (advance * p + m)
///     tap      firstTap + m * tapStep
///
/// Forward, input gradient and weight gradient of a strided, dilated convolution all take this
/// form once their results are cut into phases.
package struct AxisPhase {
  package var firstResult: Int
  package var resultStep: Int
  package var results: Int
  package var firstSource: Int
  package var sourceStep: Int
  package var advance: Int
  package var firstTap: Int
  package var tapStep: Int
  package var taps: Int

  package init(
    firstResult: Int, resultStep: Int, results: Int, firstSource: Int, sourceStep: Int,
    advance: Int, firstTap: Int, tapStep: Int, taps: Int
  ) {
    self.firstResult = firstResult
    self.resultStep = resultStep
    self.results = results
    self.firstSource = firstSource
    self.sourceStep = sourceStep
    self.advance = advance
    self.firstTap = firstTap
    self.tapStep = tapStep
    self.taps = taps
  }
}
