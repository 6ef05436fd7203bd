import KernelInterface

@Sendable
func scalePointwise(
  _ inputChannels: Int, _ outputChannels: Int, _ packed: Input, _ factors: Input, _ scaled: Output
) {
  var column = 0
  while column < outputChannels {
    let panel = PanelShape(columns: outputChannels - column, depth: inputChannels)
    let start = column * inputChannels
    run(
      PanelScaling(
        inputChannels: inputChannels, packed: packed + start, factors: factors,
        scaled: scaled + start),
      panel)
    column += panel.columns
  }
}

private struct PanelScaling: PanelProduct {
  var inputChannels: Int
  var packed: Input
  var factors: Input
  var scaled: Output

  @inline(never)
  func multiply<Segment: RowSegment, Ways: Interleaving>(_: Segment.Type, _: Ways.Type) {
    var packed = packed
    var scaled = scaled
    var channel = 0
    while channel < inputChannels {
      var segment = Segment.zero
      segment.addProduct(Ways.factors(factors + channel), Segment(packed))
      segment.write(scaled)
      channel += Ways.ways
      packed += Segment.floats
      scaled += Segment.floats
    }
  }
}
