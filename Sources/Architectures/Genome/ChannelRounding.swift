/// A width multiplier's rounding: the multiple of `divisor` nearest to `channels * multiplier`,
/// at least `divisor`, and one step more where rounding would take away over a tenth.
///
/// `round_filters` of the released MixNet and EfficientNet.
///
/// - Precondition: the product is finite and within `GraphLimits.channels`.
package func roundChannels(_ channels: Int, multiplier: Double, divisor: Int = 8) -> Int {
  let width = Double(channels) * multiplier
  precondition(width >= 0 && width <= Double(GraphLimits.channels) && divisor > 0)
  let rounded = max(divisor, Int(width + Double(divisor) / 2) / divisor * divisor)
  return Double(rounded) < 0.9 * width ? rounded + divisor : rounded
}

extension Genome {
  /// The same genome with stem and blocks wider by a factor, rounded to multiples of 8; the head
  /// stays (MixNet-L is MixNet-M at 1.3).
  package func widened(by multiplier: Double) -> Genome {
    var result = self
    result.stem.channels = roundChannels(stem.channels, multiplier: multiplier)
    for index in blocks.indices {
      result.blocks[index].outputChannels = roundChannels(
        blocks[index].outputChannels, multiplier: multiplier)
    }
    return result
  }
}
