/// One or two rows of results of one vector of channels of a depthwise convolution, and what they
/// are summed from. Two rows share the source rows that both read.
///
/// Private to the kernel targets; it stands here so that the code that comes with a type is not
/// compiled with a kernel target's instructions.
package struct RowCorrelation {
  /// First source row of the first result, in a ring of slots that ends at `ringEnd`.
  package var source: Input
  package var ringEnd: Input
  package var ringFloats: Int
  /// Floats from a source row to the next.
  package var sourceRowStep: Int
  /// Pixels from the source of one result to that of the next.
  package var pixelStep: Int
  /// Floats from the source of one tap to that of the next.
  package var tapStep: Int
  package var taps: Int
  /// Source rows that only the first row of results reads, then both, then only the second.
  package var upperRows: Int
  package var sharedRows: Int
  package var lowerRows: Int
  /// Weights of the first tap of each row's first tap row.
  package var upperWeights: Input
  package var lowerWeights: Input
  package var weightStep: Int
  package var weightRowStep: Int
  /// What each lane's sum starts with; nil for zero.
  package var bias: Input?
  package var clamps: Bool
  package var lower: Float
  package var upper: Float
  /// Factors of each row's results, a vector behind a vector or `factorStep` floats apart; nil
  /// for 1.
  package var upperFactors: Input?
  package var lowerFactors: Input?
  package var factorStep: Int
  /// Results of each row, of which no more than `tile` at a time are summed.
  package var results: Int
  package var tile: Int
  package var upperResult: Output
  /// Nil if there is only one row.
  package var lowerResult: Output?
  /// Floats from a result to the next.
  package var resultStep: Int
  /// Channels of the vector that exist.
  package var lanes: Int
  /// Goes on while the results are summed.
  package var ahead: UnsafeMutablePointer<FetchAhead>

  /// What one vector of channels, and columns that see the same taps, have in common; the rest
  /// is set for each row or two.
  package init(
    pixelStep: Int, tapStep: Int, taps: Int, weightStep: Int, resultStep: Int, lanes: Int,
    scratch: Output, ahead: UnsafeMutablePointer<FetchAhead>
  ) {
    self.source = Input(scratch)
    self.ringEnd = Input(scratch)
    self.ringFloats = 0
    self.sourceRowStep = 0
    self.pixelStep = pixelStep
    self.tapStep = tapStep
    self.taps = taps
    self.upperRows = 0
    self.sharedRows = 0
    self.lowerRows = 0
    self.upperWeights = Input(scratch)
    self.lowerWeights = Input(scratch)
    self.weightStep = weightStep
    self.weightRowStep = 0
    self.bias = nil
    self.clamps = false
    self.lower = 0
    self.upper = 0
    self.upperFactors = nil
    self.lowerFactors = nil
    self.factorStep = 0
    self.results = 0
    self.tile = 1
    self.upperResult = scratch
    self.lowerResult = nil
    self.resultStep = resultStep
    self.lanes = lanes
    self.ahead = ahead
  }
}

/// Up to three tap rows of a depthwise weight gradient, and the rows of output gradients and
/// inputs whose products they sum. Tap rows go together whose inputs are the same rows.
package struct TapRowsCorrelation {
  /// Rows of inputs to go through, and each row's columns.
  package var rows: Int
  package var columns: Int
  /// Input of the first tap; floats from a row, a column and a tap to the next.
  package var input: Input
  package var inputRowStep: Int
  package var inputStep: Int
  package var tapStep: Int
  /// Output gradients' first row for the first tap row; the next tap row takes the one
  /// `lag` rows above.
  package var gradient: Input
  package var gradientRowStep: Int
  package var lag: Int
  /// Of the gradient rows, counted from `gradient`'s, those that are to be summed; `zeros`, a
  /// row of them, stands for the others.
  package var firstGradientRow: Int
  package var endGradientRow: Int
  package var zeros: Input
  package var tapRows: Int
  package var taps: Int
  /// Added to; floats from a tap row to the next.
  package var result: Output
  package var resultRowStep: Int
  /// Goes on while the products are summed.
  package var ahead: UnsafeMutablePointer<FetchAhead>

  package init(
    rows: Int, columns: Int, input: Input, inputRowStep: Int, inputStep: Int, tapStep: Int,
    gradient: Input, gradientRowStep: Int, lag: Int, firstGradientRow: Int,
    endGradientRow: Int, zeros: Input, tapRows: Int, taps: Int, result: Output,
    resultRowStep: Int, ahead: UnsafeMutablePointer<FetchAhead>
  ) {
    self.rows = rows
    self.columns = columns
    self.input = input
    self.inputRowStep = inputRowStep
    self.inputStep = inputStep
    self.tapStep = tapStep
    self.gradient = gradient
    self.gradientRowStep = gradientRowStep
    self.lag = lag
    self.firstGradientRow = firstGradientRow
    self.endGradientRow = endGradientRow
    self.zeros = zeros
    self.tapRows = tapRows
    self.taps = taps
    self.result = result
    self.resultRowStep = resultRowStep
    self.ahead = ahead
  }
}
