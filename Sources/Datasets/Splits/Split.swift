import Randomness

/// Disjoint parts of a training set.
package struct DatasetSplit: Sendable {
  package let training: ImageSubset
  package let validation: ImageSubset
}

extension ImageDataset {
  /// Holds back a share of the images for validation, at random but with each class in
  /// proportion.
  ///
  /// A class gives at least one image to either part as long as it has two and the part has
  /// room. The held-back share does not depend on the two maxima, and each maximum takes the
  /// first images of the same order of each class, so figures stay comparable. Only the
  /// stream's key matters.
  ///
  /// - Parameters:
  ///   - validationShare: 0 ..< 1, of each class.
  ///   - maximumTraining: training images that are used, nil for all.
  ///   - maximumValidation: validation images that are used, nil for all.
  package func split(
    validationShare: Double, maximumTraining: Int? = nil, maximumValidation: Int? = nil,
    random: RandomStream
  ) -> DatasetSplit {
    precondition(
      validationShare >= 0 && validationShare < 1, "a validation share lies in 0 ..< 1")
    var classes = [[Int]](repeating: [], count: classCount)
    for (index, label) in labels.enumerated() { classes[Int(label)].append(index) }
    for label in classes.indices {
      var stream = random.substream("split", label)
      stream.shuffle(&classes[label])
    }

    let total = Int((Double(count) * validationShare).rounded())
    let available = classes.map { max(0, $0.count - 1) }
    let heldBack =
      validationShare > 0
      ? proportionalQuotas(of: classes.map(\.count), total: total, limits: available)
      : available.map { _ in 0 }
    let validation = zip(classes, heldBack).map { Array($0.prefix($1)) }
    let training = zip(classes, heldBack).map { Array($0.dropFirst($1)) }
    return DatasetSplit(
      training: stratified(training, maximum: maximumTraining),
      validation: stratified(validation, maximum: maximumValidation))
  }

  /// The first images of each class list, `maximum` in all, in proportion to the lists.
  private func stratified(_ classes: [[Int]], maximum: Int?) -> ImageSubset {
    let counts = classes.map(\.count)
    let total = min(maximum ?? .max, counts.reduce(0, +))
    let quotas = proportionalQuotas(of: counts, total: total, limits: counts)
    let indices = zip(classes, quotas).flatMap { $0.prefix($1) }
    return ImageSubset(self, indices: indices.sorted())
  }
}

/// Shares of `total` in proportion to `counts` (largest remainder; the earlier of equal ones
/// first), none above its limit, and at least 1 where the limit and the total allow it.
///
/// The sum is `total`, or the sum of the limits where that is smaller.
func proportionalQuotas(of counts: [Int], total: Int, limits: [Int]) -> [Int] {
  let whole = counts.reduce(0, +)
  let target = min(max(0, total), limits.reduce(0, +))
  guard whole > 0, target > 0 else { return counts.map { _ in 0 } }

  let ideal = counts.map { Double($0) * Double(target) / Double(whole) }
  var quotas = zip(ideal, limits).map { min(Int($0), $1) }
  if limits.count(where: { $0 > 0 }) <= target {
    quotas = zip(quotas, limits).map { max($0, min(1, $1)) }
  }
  while true {
    let difference = target - quotas.reduce(0, +)
    if difference == 0 { return quotas }
    // Passes over the classes, those furthest below (above) their ideal first, one image each.
    let lack = zip(ideal, quotas).map { $0 - Double($1) }
    let order = counts.indices.sorted { (lack[$0], -$0) > (lack[$1], -$1) }
    if difference > 0 {
      let open = order.filter { quotas[$0] < limits[$0] }
      for label in open.prefix(difference) { quotas[label] += 1 }
    } else {
      let open = order.reversed().filter { quotas[$0] > 1 }
      for label in open.prefix(-difference) { quotas[label] -= 1 }
    }
  }
}
