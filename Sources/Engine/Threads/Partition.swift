/// The share of part `part` among `parts` of `count` things, cut at multiples of `grain`.
///
/// The shares are contiguous, ascending, together exactly `0..<count`, and differ by at most
/// one grain. With fewer grains than parts some are empty, among them the first.
func share(of count: Int, part: Int, of parts: Int, grain: Int = 1) -> Range<Int> {
  let grains = (count + grain - 1) / grain
  let lower = min(count, grains * part / parts * grain)
  let upper = min(count, grains * (part + 1) / parts * grain)
  return lower..<upper
}
