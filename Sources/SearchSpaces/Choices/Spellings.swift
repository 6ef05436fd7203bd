extension SearchSpace {
  /// The spelling at a place of the mixed-radix order in which the last gene runs fastest, or
  /// nil beyond the last spelling.
  package func choices(at index: UInt64) -> Choices? {
    var rest = index
    var indices: [Int] = []
    for count in optionCounts.reversed() {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: UInt64(count))
      indices.append(Int(remainder))
      rest = quotient
    }
    return rest == 0 ? Choices(indices.reversed()) : nil
  }

  /// Inverse of `choices(at:)`; nil where the place does not fit 64 bits.
  package func index(of choices: Choices) -> UInt64? {
    var index: UInt64 = 0
    for (choice, count) in zip(choices.indices, optionCounts) {
      let (product, overflows) = index.multipliedReportingOverflow(by: UInt64(count))
      let (sum, carries) = product.addingReportingOverflow(UInt64(choice))
      if overflows || carries { return nil }
      index = sum
    }
    return index
  }
}
