import Testing

@testable import Randomness

struct RandomStreamTests {
  @Test func substreamsIgnoreTheParentsPosition() {
    var moved = RandomStream(seed: 3)
    for _ in 0..<5 { _ = moved.next() }
    #expect(moved.substream("a", 1) == RandomStream(seed: 3).substream("a", 1))
  }

  @Test func pathsDiffer() {
    let root = RandomStream(seed: 3)
    let streams = [
      root, RandomStream(seed: 4), root.substream(""), root.substream("a"),
      root.substream("a", 1), root.substream("a", -1), root.substream("b"),
      root.substream("a").substream("b"), root.substream("b").substream("a"),
    ]
    #expect(Set(streams.map(\.key)).count == streams.count)
    let first = streams.map { stream in
      var stream = stream
      return stream.next()
    }
    #expect(Set(first).count == streams.count)
  }

  @Test func equalAfterTheSameDraws() {
    var one = RandomStream(seed: 9)
    var other = RandomStream(seed: 9)
    _ = (one.next(), one.next())
    #expect(one != other)
    _ = (other.next(), other.next())
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    let next = [one.next(), other.next()]
    #expect(next[0] == next[1])
  }

  /// Chi-squared with 6 degrees of freedom; 22.5 is passed once in a thousand seeds, and this
  /// seed is fixed.
  @Test func boundedDrawsAreUniform() {
    var stream = RandomStream(seed: 1)
    var histogram = [Int](repeating: 0, count: 7)
    for _ in 0..<14_000 { histogram[stream.below(7)] += 1 }
    let statistic = histogram.reduce(0.0) { $0 + Double(($1 - 2000) * ($1 - 2000)) / 2000 }
    #expect(statistic < 22.5)
  }

  @Test func boundedDrawsReachTheLargestBound() {
    var stream = RandomStream(seed: 2)
    let draws = (0..<200).map { _ in stream.below(.max) }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < .max })
    #expect(draws.contains { $0 > .max / 2 })
    let only = stream.below(1)
    #expect(only == 0)
  }

  @Test func uniformsFillTheirRange() {
    var stream = RandomStream(seed: 5)
    let draws = (0..<10_000).map { _ in stream.uniform() }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(draws.reduce(0, +) / 10_000 - 0.5) < 0.015)
    #expect(draws.contains { $0 < 0.001 } && draws.contains { $0 > 0.999 })
  }

  /// Bounds are five standard errors of the moments of 20,000 draws.
  @Test func normalsHaveTheMomentsOfTheNormal() {
    var stream = RandomStream(seed: 6)
    let draws = (0..<20_000).map { _ in Double(stream.normal()) }
    func moment(_ power: Int) -> Double {
      draws.reduce(0) { sum, draw in
        sum + (0..<power).reduce(1.0) { product, _ in product * draw }
      } / 20_000
    }
    #expect(abs(moment(1)) < 5 * (1.0 / 20_000).squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2.0 / 20_000).squareRoot())
    #expect(abs(moment(3)) < 5 * (15.0 / 20_000).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96.0 / 20_000).squareRoot())
  }

  @Test func chanceIsCertainAtItsEnds() {
    var stream = RandomStream(seed: 8)
    for _ in 0..<100 {
      let draws = [stream.chance(1), stream.chance(0)]
      #expect(draws == [true, false])
    }
  }
}
