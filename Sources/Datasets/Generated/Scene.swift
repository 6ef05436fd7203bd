import Randomness

/// Turns a pattern into a colour image: two random colours, uneven light, patches that hide
/// parts of it, and noise. None of these depends on the class.
struct Scene {
  static let side = 32
  static let channels = 3

  /// Writes `[32, 32, 3]`.
  static func draw(
    _ pattern: Pattern, random: inout RandomStream, field: UnsafeMutableBufferPointer<Int>,
    into image: UnsafeMutableBufferPointer<UInt8>
  ) {
    drawPattern(pattern, side: side, random: &random, into: field)
    let polarity = random.below(2) * 2 - 1
    let contrast = (38 + random.below(38)) * polarity
    let colours = (0..<channels).map { _ in
      (middle: 72 + random.below(112), share: 96 + random.below(161))
    }
    let light = (x: random.below(65) - 32, y: random.below(65) - 32)
    let patches = (0..<1 + random.below(3)).map { _ in Patch(random: &random) }
    let noise = 40 + random.below(56)

    var bits: UInt64 = 0
    var left = 0
    for y in 0..<side {
      for x in 0..<side {
        let patch = patches.last { $0.contains(x, y) }
        let shade = ((x - side / 2) * light.x + (y - side / 2) * light.y) >> 4
        for channel in 0..<channels {
          if left == 0 {
            bits = random.next()
            left = 4
          }
          // The sum of two bytes: triangular around 0.
          let draw = Int(bits & 255) + Int(bits >> 8 & 255) - 255
          bits >>= 16
          left -= 1
          var value = colours[channel].middle + shade + ((draw * noise) >> 8)
          if let patch {
            value += patch.colour[channel]
          } else {
            value += (field[y * side + x] * contrast * colours[channel].share) >> 16
          }
          image[(y * side + x) * channels + channel] = UInt8(max(0, min(255, value)))
        }
      }
    }
  }

  /// A rectangle in front of the pattern.
  private struct Patch {
    let columns: Range<Int>
    let rows: Range<Int>
    let colour: [Int]

    init(random: inout RandomStream) {
      let (width, height) = (4 + random.below(9), 4 + random.below(9))
      let (left, top) = (random.below(side) - width / 2, random.below(side) - height / 2)
      columns = left..<left + width
      rows = top..<top + height
      colour = (0..<channels).map { _ in random.below(97) - 48 }
    }

    func contains(_ x: Int, _ y: Int) -> Bool { columns.contains(x) && rows.contains(y) }
  }
}
