/// Logits of one network from two runtimes, on the same images.
package struct LogitComparison: Sendable, Hashable {
  /// Images in all.
  package var images: Int
  package var maximumDifference: Double
  /// Of both sides, by absolute value.
  package var largestLogit: Double
  /// Images on which both sides give the same answer.
  package var sameAnswers: Int

  /// - Precondition: as many values on both sides, a whole number of rows of `classes`.
  package init(_ ours: [Float], _ theirs: [Float], classes: Int) {
    precondition(ours.count == theirs.count && ours.count % classes == 0)
    images = ours.count / classes
    var difference = 0.0
    var largest = 0.0
    for (our, their) in zip(ours, theirs) {
      let gap = abs(Double(our) - Double(their))
      // A value that is no number must not pass for a small difference.
      if !(gap <= difference) { difference = gap.isNaN ? .infinity : gap }
      largest = max(largest, abs(Double(our)), abs(Double(their)))
    }
    maximumDifference = difference
    largestLogit = largest
    sameAnswers = zip(Self.answers(ours, classes), Self.answers(theirs, classes))
      .reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
  }

  /// The largest difference that single precision explains: a thousandth of the largest logit.
  package static let tolerance = 1e-3

  package var isWithinTolerance: Bool {
    largestLogit.isFinite && maximumDifference <= Self.tolerance * largestLogit
  }

  /// The first of the largest logits of each row.
  package static func answers(_ logits: [Float], _ classes: Int) -> [Int] {
    stride(from: 0, to: logits.count, by: classes).map { start in
      var best = start
      for index in start..<start + classes where logits[index] > logits[best] { best = index }
      return best - start
    }
  }

  /// The share of rows whose answer is the label, 0 to 1.
  package static func accuracy(_ logits: [Float], labels: [Int], classes: Int) -> Double {
    let correct = zip(answers(logits, classes), labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    return labels.isEmpty ? 0 : Double(correct) / Double(labels.count)
  }
}
