import Foundation
import Testing

@testable import Randomness

struct BetaDrawTests {
  /// Mean ½ and variance 1 / (4 (2 shape + 1)), and for shape 1 uniform.
  @Test(arguments: [0.1, 0.2, 0.4, 1, 2, 8])
  func momentsAreThoseOfTheDistribution(_ shape: Double) {
    var stream = RandomStream(seed: 3).substream("beta")
    let draws = (0..<20_000).map { _ in stream.symmetricBeta(shape) }
    #expect(draws.allSatisfy { (0...1).contains($0) })
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    let expected = 1 / (4 * (2 * shape + 1))
    // Five standard errors of the mean, and of the variance with a fourth moment below ⅛.
    #expect(abs(mean - 0.5) < 5 * (expected / 20_000).squareRoot())
    #expect(abs(variance - expected) < 5 * (0.125 / 20_000 as Double).squareRoot())
  }

  @Test func shapeOneIsUniform() {
    var stream = RandomStream(seed: 4).substream("beta")
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<20_000 { counts[min(9, Int(stream.symmetricBeta(1) * 10))] += 1 }
    // Five standard deviations of a binomial count.
    #expect(counts.allSatisfy { abs($0 - 2000) < 213 })
  }

  /// Neither infinite nor not a number, however far from each other the two gammas are.
  @Test func extremeShapesGiveShares() {
    var stream = RandomStream(seed: 5).substream("beta")
    for shape in [1e-6, 1e-3, 1e3, 1e6] {
      for _ in 0..<200 { #expect((0...1).contains(stream.symmetricBeta(shape))) }
    }
  }

  /// Figures from an independent implementation in Python, which agrees to all of its digits. They
  /// never change: a checkpoint goes on with the same numbers for ever.
  @Test func draws() {
    var stream = RandomStream(seed: 7).substream("proposal", 12)
    let found = [0.2, 1, 3].map { stream.symmetricBeta($0) }
    #expect(found == [0.5115090512480523, 0.9638736411497983, 0.40069387766930525])
  }

  @Test func exponentialIsThatOfTheLibrary() {
    for step in -2000...2000 {
      let x = Double(step) * 0.3537
      let reference = exp(x)
      guard reference > 1e-307, reference.isFinite else { continue }
      #expect(abs(portableExp(x) - reference) <= 4e-15 * reference)
    }
    #expect(portableExp(0) == 1)
    #expect(portableExp(-1000) == 0)
    #expect(portableExp(1000) == .infinity)
  }
}
