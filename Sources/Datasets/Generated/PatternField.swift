import Randomness

/// Draws one pattern with random direction, place and a period within 3 % of its class's.
///
/// Writes `[side, side]` values from -256 to 256 into `field`. All arithmetic is on whole numbers.
func drawPattern(
  _ pattern: Pattern, side: Int, random: inout RandomStream,
  into field: UnsafeMutableBufferPointer<Int>
) {
  let period = pattern.period * (248 + random.below(17)) / 256
  let plane = PatternPlane(period: period, random: &random)
  switch pattern.family {
  case .grating:
    fill(field, side) { x, y in IntegerWave.sine(plane.across(x, y)) >> 6 }
  case .checkers:
    fill(field, side) { x, y in
      let product =
        IntegerWave.sine(plane.across(x, y)) * IntegerWave.sine(plane.along(x, y))
      // A product of sines is weak; half as much again brings it near the others.
      return max(-256, min(256, (3 * (product >> 14)) >> 7))
    }
  case .rings:
    // From far away rings would be gratings: their centre lies in the middle half of the image.
    let centreX = side * 4 + random.below(side * 8)
    let centreY = side * 4 + random.below(side * 8)
    let phase = random.below(IntegerWave.turn)
    fill(field, side) { x, y in
      let (dx, dy) = (x * 16 - centreX, y * 16 - centreY)
      // A square root rounds the same everywhere, and so does its whole part.
      let radius = Int(Double((dx * dx + dy * dy) * 256).squareRoot())
      return IntegerWave.sine(radius * IntegerWave.turn / (16 * period) + phase) >> 6
    }
  case .orderedDots, .scatteredDots:
    let cells = CellNoise(random: &random)
    let freedom = pattern.family == .scatteredDots ? 1024 : 0
    fill(field, side) { x, y in
      let distance = cells.squareDistance(plane.across(x, y), plane.along(x, y), freedom: freedom)
      // Spots have a radius of 0.36 of a cell and fade to their edge.
      let radius = 368
      return 256 - min(512, 512 * distance / (radius * radius))
    }
  case .hills:
    let cells = CellNoise(random: &random)
    fill(field, side) { x, y in cells.hill(plane.across(x, y), plane.along(x, y)) }
  }
}

@inline(__always)
private func fill(
  _ field: UnsafeMutableBufferPointer<Int>, _ side: Int, _ value: (Int, Int) -> Int
) {
  for y in 0..<side {
    for x in 0..<side { field[y * side + x] = value(x, y) }
  }
}

/// A rotated, shifted pair of axes whose unit is 1/1024 of a period.
private struct PatternPlane {
  private let stepX: Int
  private let stepY: Int
  private let phaseU: Int
  private let phaseV: Int

  /// - Parameter period: in sixteenths of a pixel.
  init(period: Int, random: inout RandomStream) {
    let angle = random.below(IntegerWave.turn)
    stepX = IntegerWave.cosine(angle) * 16 * IntegerWave.turn / period
    stepY = IntegerWave.sine(angle) * 16 * IntegerWave.turn / period
    phaseU = random.below(64 * IntegerWave.turn)
    phaseV = random.below(64 * IntegerWave.turn)
  }

  func across(_ x: Int, _ y: Int) -> Int { (x * stepX + y * stepY) >> 14 &+ phaseU }
  func along(_ x: Int, _ y: Int) -> Int { (y * stepX - x * stepY) >> 14 &+ phaseV }
}

/// Random numbers at the cells of a grid; a cell is 1024 units wide and the grid repeats after
/// 16 cells.
private struct CellNoise {
  private let draws: [UInt64]

  init(random: inout RandomStream) { draws = (0..<256).map { _ in random.next() } }

  private func draw(_ column: Int, _ row: Int) -> UInt64 {
    draws[(row & 15) << 4 | column & 15]
  }

  /// Of a point to the nearest spot, squared; a spot lies within `freedom` around its cell's
  /// centre, 1024 being the whole cell.
  func squareDistance(_ u: Int, _ v: Int, freedom: Int) -> Int {
    var nearest = Int.max
    for row in (v >> 10) - 1...(v >> 10) + 1 {
      for column in (u >> 10) - 1...(u >> 10) + 1 {
        let bits = draw(column, row)
        let shiftU = ((Int(bits & 1023) - 512) * freedom) >> 10
        let shiftV = ((Int(bits >> 10 & 1023) - 512) * freedom) >> 10
        let du = u - ((column << 10) + 512 + shiftU)
        let dv = v - ((row << 10) + 512 + shiftV)
        nearest = min(nearest, du * du + dv * dv)
      }
    }
    return nearest
  }

  /// Smooth interpolation between random heights at the corners of the cell.
  func hill(_ u: Int, _ v: Int) -> Int {
    let (column, row) = (u >> 10, v >> 10)
    let (weightU, weightV) = (smooth(u & 1023), smooth(v & 1023))
    func height(_ column: Int, _ row: Int) -> Int { Int(draw(column, row) & 1023) - 512 }
    let top = height(column, row) * (1024 - weightU) + height(column + 1, row) * weightU
    let bottom =
      height(column, row + 1) * (1024 - weightU) + height(column + 1, row + 1) * weightU
    let value = (top * (1024 - weightV) + bottom * weightV) >> 20
    return max(-256, min(256, value))
  }

  /// 3t² - 2t³ on 0 ..< 1024.
  private func smooth(_ t: Int) -> Int { (t * t * (3 * 1024 - 2 * t)) >> 20 }
}
