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
