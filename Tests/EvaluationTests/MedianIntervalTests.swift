import Testing

@testable import Evaluation

@Suite struct MedianIntervalTests {
  /// Ranks from published tables (Le Boudec 2010, Performance Evaluation, appendix A).
  @Test(arguments: [(6, 1), (9, 2), (15, 4), (21, 6), (30, 10), (50, 18), (70, 27)])
  func ranksAreThoseOfTheTables(_ count: Int, _ rank: Int) {
    #expect(MedianInterval.lowerRank(count: count) == rank)
  }

  @Test func theRankIsTheLargestThatKeepsTheLevel() {
    for count in 1...60 {
      // Exact counts of the 2^count equally likely outcomes.
      var below: [UInt64] = [1]
      var binomial: UInt64 = 1
      for k in 1...count {
        binomial =
          binomial / UInt64(k) * UInt64(count - k + 1)
          + binomial % UInt64(k) * UInt64(count - k + 1) / UInt64(k)
        below.append(below[k - 1] + binomial)
      }
      let allowed = Double(UInt64(1) << UInt64(count)) * 0.025
      let largest = below.firstIndex { Double($0) > allowed } ?? count
      #expect(MedianInterval.lowerRank(count: count) == max(1, largest), "\(count) samples")
    }
  }

  @Test func manySamplesDoNotUnderflow() {
    // The normal approximation: n / 2 - 0.98 sqrt(n).
    #expect(abs(MedianInterval.lowerRank(count: 10_000) - 4_902) <= 2)
  }

  @Test func orderDoesNotMatterAndEndsAreOrderStatistics() {
    let interval = MedianInterval((1...21).map { Double(($0 * 5) % 22) })
    #expect(interval == MedianInterval((1...21).map(Double.init)))
    #expect(interval.median == 11)
    #expect(interval.low == 6)
    #expect(interval.high == 16)
  }

  @Test func fewSamplesGiveTheirRange() {
    let interval = MedianInterval([3, 1])
    #expect((interval.low, interval.median, interval.high) == (1, 2, 3))
    #expect(MedianInterval([7]).high == 7)
  }
}
