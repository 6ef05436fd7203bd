extension RandomStream {
  /// A uniform permutation in place (Fisher & Yates), count - 1 draws.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      let other = below(last + 1)
      if other != last { elements.swapAt(last, other) }
    }
  }

  package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var copy = elements
    shuffle(&copy)
    return copy
  }

  /// A uniformly chosen element; `elements` must not be empty.
  package mutating func choice<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// An index, each with a probability in proportion to its weight.
  ///
  /// Weights must be finite, none negative, at least one positive. An index of weight 0 is
  /// never chosen.
  package mutating func weightedIndex(_ weights: [Double]) -> Int {
    precondition(
      weights.allSatisfy { $0 >= 0 && $0.isFinite }, "weights must be finite and not negative")
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "one weight at least must be positive")
    var rest = uniformDouble() * total
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      if rest < weight { return index }
      rest -= weight
      last = index
    }
    // Rounding can leave a crumb behind the last weight.
    return last
  }

  /// `count` distinct numbers of `0 ..< bound` in random order, each set and order equally
  /// likely. Takes time and memory in proportion to `count`.
  package mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    precondition(count >= 0 && count <= bound, "a sample can't be larger than what it is from")
    // The first steps of a shuffle of 0 ..< bound, of which only moved entries are kept.
    var moved: [Int: Int] = [:]
    return (0..<count).map { position in
      let other = position + below(bound - position)
      let chosen = moved[other] ?? other
      moved[other] = moved[position] ?? position
      return chosen
    }
  }

  /// `count` elements at distinct positions, in random order.
  package mutating func sample<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    sample(count, below: elements.count).map { elements[$0] }
  }
}
