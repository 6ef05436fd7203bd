import Randomness

/// A class of the generated images: a kind of texture at one spatial scale.
///
/// The classes come in pairs that look alike through a small window. To tell them apart takes a
/// view of a whole period, or more, through noise that hides single pixels.
struct Pattern: Sendable {
  enum Family: Sendable {
    /// Parallel waves.
    case grating
    /// The product of two gratings at a right angle.
    case checkers
    /// Circular waves around a point.
    case rings
    /// Round spots, one in each cell of a square grid: at its centre.
    case orderedDots
    /// The same spots, anywhere in their cells.
    case scatteredDots
    /// Smooth random hills.
    case hills
  }

  let name: String
  let family: Family
  /// Length of a wave or a cell, in sixteenths of a pixel.
  let period: Int

  static let all = [
    Pattern(name: "fine grating", family: .grating, period: 80),
    Pattern(name: "coarse grating", family: .grating, period: 104),
    Pattern(name: "fine checkers", family: .checkers, period: 120),
    Pattern(name: "coarse checkers", family: .checkers, period: 160),
    Pattern(name: "fine rings", family: .rings, period: 80),
    Pattern(name: "coarse rings", family: .rings, period: 104),
    Pattern(name: "ordered dots", family: .orderedDots, period: 120),
    Pattern(name: "scattered dots", family: .scatteredDots, period: 120),
    Pattern(name: "small hills", family: .hills, period: 60),
    Pattern(name: "large hills", family: .hills, period: 90),
  ]
}
