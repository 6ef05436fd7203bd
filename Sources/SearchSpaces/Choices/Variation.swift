import Randomness

extension SearchSpace {
  /// Uniform over the options of every gene.
  package func random(using stream: inout RandomStream) -> Choices {
    Choices(optionCounts.map { $0 == 1 ? 0 : stream.below($0) })
  }

  /// Changes exactly one gene, picked uniformly among those with several options, to another
  /// option (Real et al. 2019). In a space of a single spelling nothing can change.
  package func mutate(_ parent: Choices, using stream: inout RandomStream) -> Choices {
    let counts = optionCounts
    let open = counts.indices.filter { counts[$0] > 1 }
    guard !open.isEmpty else { return parent }
    let gene = open[stream.below(open.count)]
    let step = 1 + stream.below(counts[gene] - 1)
    var child = parent
    child.indices[gene] = (parent.indices[gene] + step) % counts[gene]
    return child
  }

  /// Takes every gene from one of two parents, with equal chances.
  package func crossover(
    _ first: Choices, _ second: Choices, using stream: inout RandomStream
  ) -> Choices {
    Choices(
      zip(first.indices, second.indices).map { left, right in
        left == right ? left : (stream.below(2) == 0 ? left : right)
      })
  }
}
