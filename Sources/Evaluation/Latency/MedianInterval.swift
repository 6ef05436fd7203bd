import Foundation
import Search

/// The median of a sample, with a confidence interval from order statistics.
///
/// The number of samples below the true median is binomial with p = 1/2 whatever their
/// distribution, so the interval from the j-th smallest to the j-th largest sample holds the
/// median with probability `1 - 2 · P(Binomial(n, 1/2) < j)`. `j` is the largest rank that
/// keeps at least 95 % (Conover 1999, Practical Nonparametric Statistics, section 3.2; Hoefler
/// & Belli 2015 for running times). Below 6 samples no such interval exists, and the whole
/// range stands for it.
package struct MedianInterval: Sendable, Hashable {
  package let median: Double
  package let low: Double
  package let high: Double

  /// - Precondition: at least one sample.
  package init(_ samples: [Double]) {
    precondition(!samples.isEmpty, "a median needs a sample")
    let sorted = samples.sorted()
    let count = sorted.count
    median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    let rank = Self.lowerRank(count: count)
    low = sorted[rank - 1]
    high = sorted[count - rank]
  }

  /// The largest j with `P(Binomial(count, 1/2) < j) <= 0.025`, at least 1.
  static func lowerRank(count: Int) -> Int {
    // Logarithms, since 0.5^count leaves the range of a Double at 1,075 samples.
    var logarithm = -Double(count) * log(2)
    var below = 0.0
    var rank = 0
    while rank < count {
      below += exp(logarithm)
      if below > 0.025 { break }
      logarithm += log(Double(count - rank) / Double(rank + 1))
      rank += 1
    }
    return max(1, rank)
  }
}

extension LatencyMeasurement {
  /// - Precondition: at least one run.
  init(_ milliseconds: [Double], threads: Int) {
    let interval = MedianInterval(milliseconds)
    self.init(
      medianMilliseconds: interval.median, lowMilliseconds: interval.low,
      highMilliseconds: interval.high, samples: milliseconds.count, threads: threads)
  }
}
