/// The worst corner of the region in which a hypervolume is measured.
package struct ReferencePoint: Sendable, Hashable {
  package var accuracy: Double
  package var cost: Double

  package init(accuracy: Double, cost: Double) {
    self.accuracy = accuracy
    self.cost = cost
  }
}

extension ParetoFront {
  /// Area between the front and the reference point, in accuracy times the unit of cost (Zitzler
  /// & Thiele 1999, two objectives). A candidate that is not better than the reference point in
  /// both adds nothing.
  package func hypervolume(reference: ReferencePoint) -> Double {
    let scores = candidates.compactMap(\.score).filter {
      $0.cost < reference.cost && $0.accuracy > reference.accuracy
    }
    // A strip for each candidate, from its cost to that of the next one.
    let ends = scores.dropFirst().map(\.cost) + [reference.cost]
    return zip(scores, ends).reduce(0) { area, strip in
      area + (strip.1 - strip.0.cost) * (strip.0.accuracy - reference.accuracy)
    }
  }

  /// The hypervolume as a share of the rectangle between the reference point and a perfect,
  /// free candidate: 0 to 1, comparable between runs with the same target.
  package func hypervolumeShare(reference: ReferencePoint) -> Double {
    hypervolume(reference: reference) / ((1 - reference.accuracy) * reference.cost)
  }
}
