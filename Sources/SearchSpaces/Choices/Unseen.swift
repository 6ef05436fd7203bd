import Architectures
import Randomness

extension SearchSpace {
  /// A network that is not excluded, by the hash of its genome, or nil if every network of the
  /// space is.
  ///
  /// Tries random spellings first. If all of them are excluded, it goes through the whole space
  /// from a random place on, once per different stage rather than once per spelling, so the
  /// answer nil is exact and takes time in proportion to the networks that are excluded.
  ///
  ///     let next = space.unseen(using: &stream) { seen.contains($0) }
  package func unseen(
    using stream: inout RandomStream, excluding isExcluded: (String) -> Bool
  ) -> Choices? {
    for _ in 0..<64 {
      let choices = random(using: &stream)
      if !isExcluded(genome(for: choices).hash) { return choices }
    }
    return scan(using: &stream) { !isExcluded(genome(for: $0).hash) }
  }

  /// The first spelling that is accepted, among all networks of the space.
  private func scan(
    using stream: inout RandomStream, accepting isAccepted: (Choices) -> Bool
  ) -> Choices? {
    var table = BlockTable()
    // Different words of each stage, by input channels, each list begun at a random place.
    let words = stages.indices.map { index in
      var lists: [Int: [StageChoice]] = [:]
      for channels in inputChannels(ofStage: index) {
        let list = table.spellings(of: stages[index], inputChannels: channels)
        let start = stream.below(list.count)
        lists[channels] = Array(list[start...] + list[..<start])
      }
      return lists
    }
    var genes: [Int] = []
    func search(stage index: Int, channels: Int) -> Choices? {
      guard index < stages.count else {
        let choices = Choices(genes)
        return isAccepted(choices) ? choices : nil
      }
      for choice in words[index][channels] ?? [] {
        genes += choice.genes
        let output = stages[index].channels[choice.channels]
        if let found = search(stage: index + 1, channels: output) { return found }
        genes.removeLast(Gene.Kind.allCases.count)
      }
      return nil
    }
    return search(stage: 0, channels: stem.channels)
  }
}

extension BlockTable {
  /// One spelling for every different word of a stage.
  fileprivate mutating func spellings(of stage: Stage, inputChannels: Int) -> [StageChoice] {
    pairs(of: stage, inputChannels: inputChannels).flatMap { pair in
      stage.repeats.indices.compactMap { index in
        guard stage.repeats[index] > 1 || pair.isNewFirst else { return nil }
        var choice = pair.choice
        choice.repeats = index
        return choice
      }
    }
  }
}
