/// Sine and cosine in whole numbers, the same on every machine.
enum IntegerWave {
  /// Steps of a full turn.
  static let turn = 1024
  /// What a sine of 1 is here.
  static let unit = 1 << 14

  /// One turn of sines, after Bhaskara I (7th century): sin πt ≈ 16 t(1-t) / (5 - 4 t(1-t)),
  /// off by at most 0.0016.
  private static let table: [Int] = (0..<turn).map { step in
    let half = turn / 2
    let position = step % half
    let parabola = position * (half - position)
    let sine = 16 * parabola * unit / (5 * half * half - 4 * parabola)
    return step < half ? sine : -sine
  }

  static func sine(_ step: Int) -> Int { table[step & (turn - 1)] }
  static func cosine(_ step: Int) -> Int { table[(step &+ turn / 4) & (turn - 1)] }
}
